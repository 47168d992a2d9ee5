using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Tests.Edge;

/// <summary>One clinic with one person on a running server, for tests of what stands before the endpoints.</summary>
internal static class EdgeClinic
{
    private const string Password = "a long password for tests";

    public static async Task<string> SignIn(TestServer server, string email = "maya@harbor.example", string tenant = "harbor")
    {
        if (!(await server.Get<AddTenant>().Add(tenant, tenant, default)).IsRefused || tenant == "harbor")
        {
            var user = new NewUser(new TenantId(tenant), email, "Maya", Role.Provider) { Password = Password };
            Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
        }

        using var answer = await server.Http.PostAsJsonAsync(new Uri(server.Address, "/api/auth/login"), new { email, password = Password });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    public static async Task<HttpResponseMessage> Ask(
        TestServer server, string path, string? token = null, HttpMethod? method = null, string? resource = null)
    {
        using var asked = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(server.Address, path));
        if (token is not null) asked.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (resource is not null) asked.Content = new StringContent(resource, new MediaTypeHeaderValue("application/fhir+json"));
        return await server.Http.SendAsync(asked);
    }
}

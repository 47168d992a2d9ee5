using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Tests.Moving;

/// <summary>A tenant's administrator, at whichever server the tenant is.</summary>
internal sealed class Moved(string tenant, string email)
{
    private const string Password = "twelve yellow tractors";

    public string Tenant => tenant;

    /// <summary>The administrator of a tenant with nothing but one patient.</summary>
    public static async Task<Moved> Open(TestServer server, string tenant)
    {
        await server.Get<AddTenant>().Add(tenant, tenant, default);
        var added = new Moved(tenant, $"admin@{tenant}.example");
        await server.Get<AddUser>().Add(
            new NewUser(new TenantId(tenant), $"admin@{tenant}.example", "Somebody", Role.Admin)
            {
                Password = Password, SeesLabels = Sensitivity.All,
            },
            default);
        await added.Writes(server);
        return added;
    }

    /// <summary>That of a side, which signs in first.</summary>
    public static Moved Of(string side) => new(side, $"person1-Admin@{side}.example");

    public string? Token { get; private set; }

    public async Task<string> SignIn(TestServer server) => Token = (await LogIn(server)).GetProperty("accessToken").GetString()!;

    public async Task<string> Refresh(TestServer server) => (await LogIn(server)).GetProperty("refreshToken").GetString()!;

    /// <summary>A session goes on by its refresh token.</summary>
    public async Task SignIn(TestServer server, string refreshToken)
    {
        using var answer = await server.Http.PostAsJsonAsync(new Uri(server.Address, "/api/auth/refresh"), new { refreshToken });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
    }

    public Task<(int Status, string Text)> Get(TestServer server, string path) => Send(server, HttpMethod.Get, path, null);

    public Task<(int Status, string Text)> Put(TestServer server, string path, string body) => Send(server, HttpMethod.Put, path, body);

    /// <summary>The server takes the tenant's writes.</summary>
    public async Task Writes(TestServer server)
    {
        var token = Token ?? await SignIn(server);
        Assert.NotEmpty(token);
        var (status, text) = await Put(server, $"/fhir/Patient/{tenant}-more", $$"""{"resourceType":"Patient","id":"{{tenant}}-more"}""");
        Assert.True(status is 200 or 201, text);
    }

    /// <summary>What the doors answer, whatever the address of the server.</summary>
    public async Task<string> Seen(TestServer server, IEnumerable<string> doors)
    {
        var seen = new StringBuilder();
        foreach (var door in doors)
        {
            var (status, text) = await Get(server, door);
            Assert.True(status == 200, $"{door}: {status} {text}");
            seen.AppendLine(text.Replace(server.Address.ToString(), "/", StringComparison.Ordinal));
        }

        return seen.ToString();
    }

    private async Task<JsonElement> LogIn(TestServer server)
    {
        using var answer = await server.Http.PostAsJsonAsync(
            new Uri(server.Address, "/api/auth/login"), new { email, password = Password, tenant });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<(int Status, string Text)> Send(TestServer server, HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}

using System.Net.Http.Json;
using System.Text.Json;

namespace Vagus.Samples.Consumer;

/// <summary>Gets an access token. It runs out after minutes: a connection that ends is opened again with a new one.</summary>
internal static class SignIn
{
    private static readonly HttpClient Http = new();

    public static async Task<string> Token(Uri server, string email, string password, CancellationToken cancel)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(server, "/api/auth/login"), new { email, password }, cancel);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("accessToken").GetString()!;
    }
}

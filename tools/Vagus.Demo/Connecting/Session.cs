using System.Net;
using System.Text.Json.Nodes;

namespace Vagus.Demo.Connecting;

/// <summary>The server would not let a user sign in. It is a broken sign-ins file or server, so the program ends with it.</summary>
internal sealed class SignInRefusedException(string tenant, string email, string reason)
    : Exception($"{email} may not sign in to {tenant}: {reason}");

/// <summary>One signed-in user: signs in when first needed, renews its token before it runs out and once after a 401.</summary>
internal sealed class Session(Server server, string tenant, UserSignIn user) : IDisposable
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(45);

    private readonly SemaphoreSlim turn = new(1, 1);
    private string? accessToken;
    private string? refreshToken;
    private DateTimeOffset expires;

    public string Role => user.Role;

    public string Email => user.Email;

    public async Task<Answer> Send(Ask ask, CancellationToken cancel)
    {
        var token = await Token(refused: null, cancel);
        var answer = await server.Send(ask, token, cancel);
        if (answer.Status != HttpStatusCode.Unauthorized) return answer;

        return await server.Send(ask, await Token(refused: token, cancel), cancel);
    }

    public void Dispose() => turn.Dispose();

    /// <summary>A token that is good for a while; never the one that was just <paramref name="refused"/>.</summary>
    private async Task<string> Token(string? refused, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var fresh = accessToken is not null && accessToken != refused && server.Clock.GetUtcNow() < expires - RenewBefore;
            return fresh && accessToken is not null ? accessToken : await Renew(cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<string> Renew(CancellationToken cancel)
    {
        if (refreshToken is { } known)
        {
            refreshToken = null;
            var renewed = await server.Send(
                new Ask(HttpMethod.Post, "api/auth/refresh", new JsonObject { ["refreshToken"] = known }.ToJsonString()), token: null,
                cancel);
            if (renewed.Succeeded) return Take(renewed);
        }

        var body = new JsonObject { ["email"] = user.Email, ["password"] = user.Password, ["tenant"] = tenant };
        var answer = await server.Send(new Ask(HttpMethod.Post, "api/auth/login", body.ToJsonString()), token: null, cancel);
        return answer.Succeeded ? Take(answer) : throw new SignInRefusedException(tenant, user.Email, answer.Reason);
    }

    private string Take(Answer answer)
    {
        var token = (string?)answer.Body?["accessToken"]
            ?? throw new SignInRefusedException(tenant, user.Email, "the answer holds no access token");
        refreshToken = (string?)answer.Body?["refreshToken"];
        expires = server.Clock.GetUtcNow().AddSeconds((double?)answer.Body?["expiresIn"] ?? 300);
        accessToken = token;
        return token;
    }
}

using System.Text.Json;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Realtime.Requests;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// Who a socket is: from <c>auth { token }</c>, <c>auth { sessionId, userId, role }</c> or a bearer header of the handshake, in this
/// order. The query string is not looked at, for it ends up in logs.
/// </summary>
internal static class SocketCredentials
{
    public static async ValueTask<Result<Admission>> Admit(Authentication sessions, Handshake handshake, CancellationToken cancel)
    {
        var auth = handshake.Auth;
        if (auth.TryGetProperty("token", out var token)) return await Admit(sessions, TextOf(token), cancel);
        if (auth.TryGetProperty("sessionId", out var session))
        {
            return TextOf(session) is { } id && handshake.AuthText("userId") is { } user && handshake.AuthText("role") is { } role
                ? await sessions.AuthenticateSession(id, user, role, cancel)
                : Refusals.Unauthenticated;
        }

        return BearerToken.Of(handshake.Headers) is { } bearer
            ? await Admit(sessions, bearer, cancel)
            : Refusals.MissingCredentials;
    }

    private static async ValueTask<Result<Admission>> Admit(Authentication sessions, string? token, CancellationToken cancel) =>
        token is { Length: > 0 and <= Authentication.MaxTokenLength }
            ? await sessions.AuthenticateToken(token, cancel) : Refusals.Unauthenticated;

    private static string? TextOf(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

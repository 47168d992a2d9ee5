using Vagus.Access.Sessions;
using Vagus.Kernel;

namespace Vagus.Realtime.Requests;

/// <summary>The access token in a request.</summary>
internal static class TokenField
{
    /// <summary>Verifies the field <c>token</c>.</summary>
    public static async ValueTask<Result<Admission>> AuthenticateToken(
        this Authentication sessions, RequestFields fields, CancellationToken cancel)
    {
        var token = fields.Text("token", Authentication.MaxTokenLength);
        return token.IsRefused ? token.Refusal! : await sessions.AuthenticateToken(token.Value, cancel);
    }
}

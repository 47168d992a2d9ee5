using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Identity.Doors;
using Vagus.Identity.Tokens;

namespace Vagus.Identity.OAuth;

/// <summary>
/// How far an authorization has come, as it travels in the pages' forms: sealed under the root key and bound to the browser's cookie, so
/// that the server keeps nothing for a stranger who only opens pages. Each step sets what it has proven.
/// </summary>
internal sealed record AuthorizeState
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private const string Purpose = "oauth-authorize";
    private const int MaxSealed = 24 * 1024;

    public required string App { get; init; }

    public required string Tenant { get; init; }

    public required string RedirectUri { get; init; }

    /// <summary>The application's own <c>state</c>.</summary>
    public required string Echo { get; init; }

    public required string[] Scopes { get; init; }

    public required string Challenge { get; init; }

    public string? Nonce { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>The hash of the launch's handle, and what it stands for.</summary>
    public string? Launch { get; init; }

    public string? LaunchUser { get; init; }

    public string? Parent { get; init; }

    public string? Encounter { get; init; }

    public Door Door { get; init; }

    /// <summary>A password was right and a second factor is owed: the secret of its challenge.</summary>
    public string? FactorChallenge { get; init; }

    /// <summary>Set when everything that is owed at the door has been shown.</summary>
    public string? User { get; init; }

    /// <summary>The user's <see cref="People.UserRow.SecurityVersion"/> then.</summary>
    public long SecurityVersion { get; init; }

    public DateTimeOffset ProvenAt { get; init; }

    public string? Methods { get; init; }

    /// <summary>Set when it is chosen, and within the user's reach.</summary>
    public string? Patient { get; init; }

    public bool NeedsPatient => Patient is null
        && Scopes.Any(scope => scope == RequestedScopes.LaunchPatient
            || (scope.StartsWith("patient/", StringComparison.Ordinal) && !RequestedScopes.IsOther(scope)));

    public string Seal(RootKey root, string cookie) =>
        Base64Url.EncodeToString(root.Wrap(Purpose, cookie, JsonSerializer.SerializeToUtf8Bytes(this)));

    /// <summary>Null for what was not sealed here for this browser, or ran out.</summary>
    public static AuthorizeState? Open(RootKey root, string cookie, string? text, DateTimeOffset now)
    {
        if (text is not { Length: > 0 and <= MaxSealed } || StrictBase64Url.Decode(text) is not { } bytes) return null;
        try
        {
            var state = JsonSerializer.Deserialize<AuthorizeState>(root.Unwrap(Purpose, cookie, bytes));
            return state?.Until > now ? state : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

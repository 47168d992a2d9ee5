using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>An application to be registered.</summary>
/// <param name="Name">As users see it when they are asked to consent.</param>
/// <param name="Type"><c>public</c>, <c>confidential-asymmetric</c> or <c>confidential-symmetric</c>.</param>
/// <param name="Scopes">What it may ask for, separated by blanks.</param>
public sealed record NewApp(string Name, string Type, string Scopes)
{
    private const int MaxName = 100;
    private const int MaxUri = 500;
    private const int MaxRedirects = 10;
    private const int MaxKeys = 12 * 1024;
    internal static readonly string[] Types = ["public", "confidential-asymmetric", "confidential-symmetric"];

    /// <summary>The exact addresses to which codes may go.</summary>
    public IReadOnlyList<string> RedirectUris { get; init; } = [];

    /// <summary>Where the electronic health record opens it.</summary>
    public string? LaunchUrl { get; init; }

    /// <summary>Its public keys, as a JSON Web Key Set.</summary>
    public string? Jwks { get; init; }

    /// <summary>Where its public keys are published.</summary>
    public string? JwksUrl { get; init; }

    /// <summary>Its service account may see records with a restricted label.</summary>
    public bool SeesSensitive { get; init; }

    internal AppKind Kind => (AppKind)Array.IndexOf(Types, Type);

    internal bool IsService => AppRow.ServesItself(Scopes.Split(' '));

    /// <summary>Null when it can be registered.</summary>
    internal Refusal? Check(ICheckScopes store, bool privateKeys)
    {
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > MaxName || Name.Any(char.IsControl))
            return Wrong("name", $"a text of at most {MaxName} characters");
        if (!Types.Contains(Type, StringComparer.Ordinal)) return Wrong("type", string.Join(" or ", Types));
        var scopes = RequestedScopes.Read(Scopes, store);
        if (scopes.Refusal is { } unusable) return unusable with { Kind = RefusalKind.Unprocessable };
        if (scopes.Value.FirstOrDefault(scope => !RequestedScopes.IsOther(scope) && !SmartScopes.IsClinical(scope)) is { } unknown)
            return Wrong("scopes", $"scopes that are known, which {unknown} is not");
        if (IsService && Kind != AppKind.Asymmetric) return Wrong("type", "confidential-asymmetric for an application with system scopes");
        return CheckAddresses() ?? CheckKeys(privateKeys);
    }

    private Refusal? CheckAddresses()
    {
        var needsRedirect = Scopes.Split(' ').Any(scope => !scope.StartsWith("system/", StringComparison.Ordinal));
        if (RedirectUris.Count > MaxRedirects || (needsRedirect && RedirectUris.Count == 0))
            return Wrong("redirectUris", $"one to {MaxRedirects} addresses");
        if (RedirectUris.Any(uri => !IsRedirect(uri)))
            return Wrong("redirectUris", "https addresses without a fragment, or for a native application loopback or a scheme with a dot");
        return LaunchUrl is null || IsWeb(LaunchUrl) ? null : Wrong("launchUrl", "an https address");
    }

    private Refusal? CheckKeys(bool privateKeys)
    {
        if (Kind != AppKind.Asymmetric)
            return Jwks is null && JwksUrl is null ? null : Wrong("jwks", "absent where the application signs nothing");
        if (Jwks is null == JwksUrl is null) return Wrong("jwks", "given, or else jwksUrl");
        if (Jwks is { } keys)
            return keys.Length <= MaxKeys && AppKeys.Read(keys) is { Count: > 0 } ? null : Wrong("jwks", "a key set with RSA, P-256 or P-384 keys");
        return IsHttps(JwksUrl!) || (privateKeys && IsWeb(JwksUrl!)) ? null : Wrong("jwksUrl", "an https address");
    }

    /// <summary>RFC 8252 §7: private-use schemes are reversed domain names, so they hold a dot.</summary>
    private static bool IsRedirect(string uri) => IsWeb(uri)
        || (Parse(uri) is { } url && url.Scheme.Contains('.', StringComparison.Ordinal) && url.Fragment.Length == 0);

    private static bool IsWeb(string uri) => IsHttps(uri) || (Parse(uri) is { Scheme: "http", IsLoopback: true } url && IsPlain(url));

    private static bool IsHttps(string uri) => Parse(uri) is { Scheme: "https" } url && IsPlain(url);

    private static bool IsPlain(Uri url) => url.Fragment.Length == 0 && url.UserInfo.Length == 0;

    private static Uri? Parse(string uri) =>
        uri.Length <= MaxUri && uri.All(letter => letter is > ' ' and < '\x7f')
            && Uri.TryCreate(uri, UriKind.Absolute, out var url) ? url : null;

    private static Refusal Wrong(string field, string expected) =>
        FieldRefusals.Wrong(field, expected) with { Kind = RefusalKind.Unprocessable };
}

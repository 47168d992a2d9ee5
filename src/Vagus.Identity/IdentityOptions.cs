using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Identity.Providers;

namespace Vagus.Identity;

/// <summary>What an operator may set about sign-in. The defaults are safe for one box; validated at start.</summary>
public sealed record IdentityOptions
{
    /// <summary>
    /// The name in our tokens, <c>iss</c>: the public address of this installation, the same on all its processes. Links in mails begin
    /// with it.
    /// </summary>
    public string Issuer { get; init; } = "http://localhost:3000";

    /// <summary>The audience of our tokens, <c>aud</c>.</summary>
    public string Audience { get; init; } = "vagus";

    public TimeSpan AccessTokenLifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A refresh token that was not used for so long is dead.</summary>
    public TimeSpan RefreshIdle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>However active, a session ends after this.</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(12);

    /// <summary>Live sessions of one user; a further sign-in ends the oldest.</summary>
    public int SessionsPerUser { get; init; } = 20;

    /// <summary>PBKDF2-HMAC-SHA512 rounds of a password hash.</summary>
    public int PasswordIterations { get; init; } = 220_000;

    /// <summary>The relying party of passkeys: the host of the public address, or a domain above it. Never what a request says.</summary>
    public string PasskeyDomain { get; init; } = "localhost";

    /// <summary>The web origins on whose pages passkeys are used.</summary>
    public IReadOnlyList<string> PasskeyOrigins { get; init; } = ["http://localhost:3000"];

    /// <summary>Other issuers whose access tokens are taken.</summary>
    public IReadOnlyList<OpenIdProvider> Providers { get; init; } = [];

    /// <summary>How long a sign-in waits for its turn to have its password checked; then it is answered 429.</summary>
    public TimeSpan PasswordWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Key sets of applications may be fetched from addresses of the own network, and from this machine without TLS.</summary>
    public bool AppKeysOnPrivateNetwork { get; init; }

    public MailOptions Mail { get; init; } = new();

    public NoticeOptions Notices { get; init; } = new();

    internal void Validate()
    {
        Mail.Validate();
        Notices.Validate();
        if (Issuer is not { Length: > 0 and <= 200 })
            throw new InvalidOperationException("Identity: Issuer must be a name of at most 200 characters.");
        if (Audience is not { Length: > 0 and <= 200 })
            throw new InvalidOperationException("Identity: Audience must be a name of at most 200 characters.");
        if (AccessTokenLifetime < TimeSpan.FromSeconds(30) || AccessTokenLifetime > TimeSpan.FromHours(1))
        {
            throw new InvalidOperationException("Identity: AccessTokenLifetime must be between 30 seconds and one hour.");
        }

        if (RefreshIdle < AccessTokenLifetime || RefreshIdle > SessionLifetime || SessionLifetime > TimeSpan.FromDays(30))
        {
            throw new InvalidOperationException("Identity: AccessTokenLifetime <= RefreshIdle <= SessionLifetime <= 30 days must hold.");
        }

        if (Providers.Select(provider => provider.Issuer).Append(Issuer).Distinct(StringComparer.Ordinal).Count() <= Providers.Count)
            throw new InvalidOperationException("Identity: each issuer is named once, and none is our own.");
        if (Providers.Select(provider => provider.Fault()).FirstOrDefault(fault => fault is not null) is { } unusable)
            throw new InvalidOperationException($"Identity: an OpenID provider cannot be used. {unusable}");
        if (PasskeyDomain.Length == 0 || PasskeyOrigins.Count == 0)
            throw new InvalidOperationException("Identity: PasskeyDomain and PasskeyOrigins must be set.");
        if (SessionsPerUser is < 1 or > 1000) throw new InvalidOperationException("Identity: SessionsPerUser must be between 1 and 1000.");
        if (PasswordWait < TimeSpan.Zero || PasswordWait > TimeSpan.FromSeconds(30))
            throw new InvalidOperationException("Identity: PasswordWait must be between 0 and 30 seconds.");
        if (PasswordIterations < 1) throw new InvalidOperationException("Identity: PasswordIterations must be positive.");
    }
}

using Vagus.Access;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Realtime;
using Vagus.Storage;

namespace Vagus.Server;

/// <summary>Everything that an operator may set, already read and checked.</summary>
internal sealed record ServerOptions
{
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The address that clients use; null: what each request says.</summary>
    public required string? PublicUrl { get; init; }

    /// <summary>True when a proxy that ends TLS stands before the server: what <see cref="Proxies"/> forward is believed then.</summary>
    public required bool BehindProxy { get; init; }

    public TrustedProxies Proxies { get; init; } = TrustedProxies.Loopback;

    public required bool Production { get; init; }

    public required StorageOptions Storage { get; init; }

    public required AccessOptions Access { get; init; }

    public required IdentityOptions Identity { get; init; }

    public required FhirOptions Fhir { get; init; }

    public required RealtimeOptions Realtime { get; init; }

    /// <summary>Why these options may not be served in production; null when they may.</summary>
    public string? Insecurity()
    {
        if (!Production) return null;
        if (!BehindProxy && Urls.FirstOrDefault(IsInTheClear) is { } open)
        {
            return $"{open} would carry passwords and patient data in the clear. Use https, listen on 127.0.0.1, or say --behind-proxy "
                + "when a proxy that ends TLS stands before it.";
        }

        if (PublicUrl is null) return "VAGUS_PUBLIC_URL must be set: links and tokens may not depend on what a request claims.";
        return PublicUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? null : "VAGUS_PUBLIC_URL must be https.";
    }

    private static bool IsInTheClear(string url)
    {
        if (!url.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) return false;
        var named = url.Replace("*", "any", StringComparison.Ordinal).Replace("+", "any", StringComparison.Ordinal);
        return !new Uri(named).IsLoopback;
    }
}

using System.Collections.Frozen;
using Vagus.Access;
using Vagus.Bus;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Messaging;
using Vagus.Realtime;
using Vagus.Server.Edge;
using Vagus.Storage;

namespace Vagus.Server;

/// <summary>Everything that an operator may set, already read and checked.</summary>
internal sealed record ServerOptions
{
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>The parts of the house that this process serves.</summary>
    public ServerRoles Roles { get; init; } = ServerRoles.All;

    /// <summary>The address that clients use; null: what each request says.</summary>
    public required string? PublicUrl { get; init; }

    /// <summary>True when a proxy that ends TLS stands before the server: what <see cref="Proxies"/> forward is believed then.</summary>
    public required bool BehindProxy { get; init; }

    public TrustedProxies Proxies { get; init; } = TrustedProxies.Loopback;

    /// <summary>Hosts that requests may name besides our own; <c>*</c>: all.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Addresses of metrics and health for operators; may be empty.</summary>
    public IReadOnlyList<string> ManagementUrls { get; init; } = [];

    /// <summary>True when the operator has said that the management address may be reached from other machines.</summary>
    public bool ManagementIsPublic { get; init; }

    /// <summary>True when OpenTelemetry's own variables name a collector.</summary>
    public bool ExportsTelemetry { get; init; }

    public EdgeLimits Edge { get; init; } = new();

    public LogLevels LogLevels { get; init; } = LogLevels.Default;

    public required bool Production { get; init; }

    public required StorageOptions Storage { get; init; }

    public required AccessOptions Access { get; init; }

    public required IdentityOptions Identity { get; init; }

    public required FhirOptions Fhir { get; init; }

    public required RealtimeOptions Realtime { get; init; }

    public MessagingOptions Messaging { get; init; } = new();

    public BusOptions Bus { get; init; } = new();

    /// <summary>True when the operator has said that plain http may be reached from other machines, without a proxy.</summary>
    public bool AllowsPlainHttp { get; init; }

    /// <summary>Hosts of S3 and clamd that the operator has said may be spoken to without TLS: nobody else is on the way to them.</summary>
    public IReadOnlyList<string> PlainHosts { get; init; } = [];

    /// <summary>True where other machines reach the server, directly or by a proxy: then the checks of production hold.</summary>
    public bool IsExposed => Production || BehindProxy || Urls.Any(url => !IsLoopback(url));

    /// <summary>
    /// The hosts that requests may name: those of the public address and of <see cref="Urls"/>, this machine, and what the operator has
    /// named. Null: all, which is so outside of production unless the operator has named any.
    /// </summary>
    public FrozenSet<string>? Hosts()
    {
        if (AllowedHosts.Contains("*") || (!Production && AllowedHosts.Count == 0)) return null;
        IEnumerable<string> own = Urls.Append(PublicUrl).OfType<string>()
            .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var known) ? Bracketed(known) : null).OfType<string>();
        return own.Concat(AllowedHosts).Concat(["localhost", "127.0.0.1", "[::1]"]).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
    }

    // As a request writes it.
    private static string Bracketed(Uri url) => url.HostNameType == UriHostNameType.Dns ? url.IdnHost : url.Host;

    /// <summary>Why these options may not be served in production; null when they may.</summary>
    public string? Insecurity()
    {
        if (!ManagementIsPublic && ManagementUrls.FirstOrDefault(url => !IsLoopback(url)) is { } reachable)
        {
            return $"{reachable} would tell metrics to other machines. Listen on 127.0.0.1, or say --management-public when only operators "
                + "can reach it.";
        }

        if (!BehindProxy && !AllowsPlainHttp && Urls.FirstOrDefault(IsInTheClear) is { } open)
        {
            return $"{open} would carry passwords and patient data in the clear. Use https, listen on 127.0.0.1, say --behind-proxy when a "
                + "proxy that ends TLS stands before it, or --insecure-http where nothing is real.";
        }

        if (!Production) return null;
        if (PublicUrl is null) return "VAGUS_PUBLIC_URL must be set: links and tokens may not depend on what a request claims.";
        return PublicUrl.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? null : "VAGUS_PUBLIC_URL must be https.";
    }

    private static bool IsInTheClear(string url)
    {
        return url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && !IsLoopback(url);
    }

    private static bool IsLoopback(string url)
    {
        var named = url.Replace("*", "any", StringComparison.Ordinal).Replace("+", "any", StringComparison.Ordinal);
        return new Uri(named).IsLoopback;
    }
}

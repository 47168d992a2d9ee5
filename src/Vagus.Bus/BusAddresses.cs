namespace Vagus.Bus;

/// <summary>The addresses of NATS, and which of them would carry patient data in the clear.</summary>
public static class BusAddresses
{
    private static readonly string[] Schemes = ["nats", "tls"];

    /// <summary>Null where the list can be used. The address itself is not repeated: it might hold a password.</summary>
    public static string? Problem(string servers)
    {
        var urls = Parse(servers).ToList();
        if (urls.Count == 0 || urls.Contains(null))
            return "NATS has addresses like nats://127.0.0.1:4222 or tls://nats.example:4222, separated by commas.";
        return urls.Exists(url => url is { UserInfo.Length: > 0 })
            ? "The address of NATS holds no user or password: they have settings of their own." : null;
    }

    /// <summary>The first host of another machine that would be spoken to without TLS; null where there is none.</summary>
    public static string? HostWithoutTls(BusOptions options) =>
        options.Servers is null ? null
            : Parse(options.Servers).OfType<Uri>().FirstOrDefault(url => url.Scheme != "tls" && !url.IsLoopback)?.Host;

    private static IEnumerable<Uri?> Parse(string servers) =>
        servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(each => Uri.TryCreate(each, UriKind.Absolute, out var url) && Schemes.Contains(url.Scheme, StringComparer.Ordinal)
                && url.Host.Length > 0 ? url : null);
}

using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Vagus.Server;

/// <summary>
/// The proxies whose X-Forwarded-For, -Proto and -Host are believed: they decide the client's address, whether cookies are Secure, and our
/// own address in links. From everybody else the headers are ignored.
/// </summary>
internal sealed record TrustedProxies(IReadOnlyList<IPNetwork> Networks, int Hops)
{
    public const int MostHops = 10;

    public static readonly TrustedProxies Loopback = new([IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")], Hops: 1);

    /// <param name="networks">Addresses and networks such as <c>10.0.0.0/8</c>, separated by semicolons or commas; null: loopback.</param>
    /// <param name="hops">How many proxies stand one behind the other.</param>
    public static TrustedProxies Parse(string? networks, int hops)
    {
        if (hops is < 1 or > MostHops) throw new FormatException($"--proxy-hops is between 1 and {MostHops}.");
        if (networks is null) return Loopback with { Hops = hops };
        return new TrustedProxies([.. networks.Split(Separators, Split).Select(Network)], hops);
    }

    /// <summary>
    /// The headers are read from the right, where the nearest proxy writes: one entry per hop, and only while the peer is trusted.
    /// </summary>
    public ForwardedHeadersOptions Forwarding()
    {
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = Hops,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in Networks) options.KnownIPNetworks.Add(network);
        return options;
    }

    private const StringSplitOptions Split = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    private static readonly char[] Separators = [';', ','];

    private static IPNetwork Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : throw new FormatException($"--trusted-proxies: '{text}' is neither an address nor a network such as 10.0.0.0/8.");
    }
}

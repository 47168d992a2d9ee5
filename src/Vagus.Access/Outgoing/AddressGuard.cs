using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Vagus.Access.Outgoing;

/// <summary>
/// Which addresses a request to a configured or foreign URL may reach. Ranges: IANA's special-purpose registries (RFC 6890).
/// </summary>
internal static class AddressGuard
{
    private static readonly IPNetwork[] Private = Networks(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7");

    // Of no service that anybody means: this network, carrier's NAT, link-local with the metadata of clouds, tests, multicast, reserved,
    // and tunnels and translations (RFC 7915) whose end is another address.
    private static readonly IPNetwork[] Never = Networks(
        "0.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fe80::/10", "fec0::/10", "ff00::/8");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <param name="address">Where the name of the URL leads.</param>
    /// <param name="privateToo">The operator has said that the service stands in the own network.</param>
    public static bool Allows(IPAddress address, bool privateToo)
    {
        var target = Embedded(address) ?? address;
        if (Array.Exists(Never, network => network.Contains(target))) return false;
        return privateToo || !Array.Exists(Private, network => network.Contains(target));
    }

    // ::ffff:a.b.c.d, ::a.b.c.d and 64:ff9b::a.b.c.d reach the IPv4 address they hold.
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return null;
        var bytes = address.GetAddressBytes();
        var last = new IPAddress(bytes.AsSpan(12));
        if (address.IsIPv4MappedToIPv6 || Nat64.Contains(address)) return last;
        var isCompatible = bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0 && BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)) > 1;
        return isCompatible ? last : null;
    }

    private static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(text => IPNetwork.Parse(text))];
}

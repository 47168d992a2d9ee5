using System.Text.Json;

namespace Vagus.SocketIO.Conformance.Tests.Wire;

/// <summary>The Engine.IO open packet; reading it refuses missing and additional keys.</summary>
internal sealed record OpenPacket(string Sid, string[] Upgrades, int PingInterval, int PingTimeout, int MaxPayload)
{
    internal static OpenPacket Parse(string packet)
    {
        Assert.StartsWith("0", packet, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(packet[1..]);
        Assert.Equal(
            ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"],
            json.RootElement.EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal));
        return json.RootElement.Deserialize<OpenPacket>(JsonSerializerOptions.Web) ?? throw new JsonException();
    }
}

using System.Text.Json;

namespace Vagus.SocketIO.Packets;

internal static class ConnectAuth
{
    /// <summary>The auth object of a CONNECT: absent, or an object; null for anything else.</summary>
    internal static byte[]? Read(ReadOnlySpan<byte> payload, JsonSerializerOptions options)
    {
        if (payload.Length == 0) return "{}"u8.ToArray();

        var json = payload.ToArray();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = options.MaxDepth == 0 ? 64 : options.MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;

            reader.Skip();
            return reader.Read() ? null : json;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

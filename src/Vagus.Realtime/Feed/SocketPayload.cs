using System.Buffers;
using System.Text.Json;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// What a browser gets as the argument of an event: its data with the stamp <c>eventId, sequence, occurredAt, patientId</c>.
/// </summary>
internal static class SocketPayload
{
    public static ReadOnlyMemory<byte> Of(LoggedEvent logged, byte[] body, string? patient)
    {
        var payload = new ArrayBufferWriter<byte>(body.Length + 256);
        payload.Write("{"u8);
        CopyData(payload, body);
        payload.Write(Stamp(logged, patient).AsSpan(1));
        return payload.WrittenMemory;
    }

    /// <summary>
    /// Copies the data field by field, as the bytes that they are. The log's own word on the stamp's fields wins, so that no name comes
    /// twice.
    /// </summary>
    private static void CopyData(ArrayBufferWriter<byte> payload, ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var isStamp = reader.ValueTextEquals("eventId"u8) || reader.ValueTextEquals("sequence"u8)
                || reader.ValueTextEquals("occurredAt"u8) || reader.ValueTextEquals("patientId"u8);
            reader.Read();
            reader.Skip();
            if (isStamp) continue;

            payload.Write(data[start..(int)reader.BytesConsumed]);
            payload.Write(","u8);
        }
    }

    private static byte[] Stamp(LoggedEvent logged, string? patient)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, RawEventFrames.Writing))
        {
            json.WriteStartObject();
            json.WriteString("eventId"u8, logged.EventId);
            json.WriteNumber("sequence"u8, logged.Position);
            json.WriteString("occurredAt"u8, logged.OccurredAt.UtcDateTime);
            json.WriteString("patientId"u8, patient);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}

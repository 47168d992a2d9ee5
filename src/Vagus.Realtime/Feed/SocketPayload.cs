using System.Buffers;
using System.Text.Json;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>What a browser gets as the argument of an event: its data with the stamp <c>eventId, sequence, occurredAt, patientId</c>.</summary>
internal static class SocketPayload
{
    public static ReadOnlyMemory<byte> Of(LoggedEvent logged)
    {
        var buffer = new ArrayBufferWriter<byte>(logged.Body.Length + 256);
        using (var json = new Utf8JsonWriter(buffer, RawEventFrames.Writing))
        {
            json.WriteStartObject();
            CopyData(json, logged);
            json.WriteString("eventId"u8, logged.EventId);
            json.WriteNumber("sequence"u8, logged.Position);
            json.WriteString("occurredAt"u8, logged.OccurredAt.UtcDateTime);
            if (logged.Patient is { } patient) json.WriteString("patientId"u8, patient.Value);
            else json.WriteNull("patientId"u8);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Copies the data field by field, as bytes. The log's own word on the stamp's fields wins, so that no name comes twice.</summary>
    private static void CopyData(Utf8JsonWriter json, LoggedEvent logged)
    {
        var data = logged.Body.AsSpan();
        var reader = new Utf8JsonReader(data);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStamp = reader.ValueTextEquals("eventId"u8) || reader.ValueTextEquals("sequence"u8)
                || reader.ValueTextEquals("occurredAt"u8) || reader.ValueTextEquals("patientId"u8);
            var name = isStamp ? null : reader.GetString();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (name is null) continue;

            json.WritePropertyName(name);
            json.WriteRawValue(data[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }
    }
}

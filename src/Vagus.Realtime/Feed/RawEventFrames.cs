using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Events;

namespace Vagus.Realtime.Feed;

/// <summary>The two frames of the raw WebSocket that carry what the log tells.</summary>
internal static class RawEventFrames
{
    // The reader is a JSON parser, not a page: text stays as it is.
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Update(long position, string? patient, ResourceEvent change, byte[]? resource, DateTimeOffset now) =>
        Write("update", now, 512 + (resource?.Length ?? 0), json =>
        {
            json.WriteString("action"u8, change.Action);
            json.WriteString("resource_type"u8, change.Type);
            json.WriteString("resource_id"u8, change.Id);
            WritePatient(json, patient);
            json.WriteString("version_id"u8, change.Version);
            json.WritePropertyName("resource"u8);
            if (resource is null || change.IsDeletion) json.WriteNullValue();
            else json.WriteRawValue(resource, skipInputValidation: true);
            json.WriteNumber("sequence"u8, position);
        });

    public static byte[] ClinicalEvent(long position, string? patient, EventType type, byte[] body, DateTimeOffset now) =>
        Write("clinical_event", now, 512 + body.Length, json =>
        {
            json.WriteString("event_type"u8, type.ClinicalKind);
            // Several events share a kind; this is the one that happened.
            json.WriteString("name"u8, type.Name);
            WritePatient(json, patient);
            json.WritePropertyName("details"u8);
            json.WriteRawValue(body, skipInputValidation: true);
            json.WriteNumber("sequence"u8, position);
        });

    public static byte[] Write(string type, DateTimeOffset now, int size, Action<Utf8JsonWriter> data)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        using (var json = new Utf8JsonWriter(buffer, Writing))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteStartObject("data"u8);
            data(json);
            json.WriteEndObject();
            json.WriteString("timestamp"u8, now.UtcDateTime);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // A null string is written as null.
    private static void WritePatient(Utf8JsonWriter json, string? patient) => json.WriteString("patient_id"u8, patient);
}

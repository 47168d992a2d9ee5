using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>The two frames of the raw WebSocket that carry what the log tells.</summary>
internal static class RawEventFrames
{
    // The reader is a JSON parser, not a page: text stays as it is.
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Update(LoggedEvent logged, ResourceChange change, byte[]? resource, DateTimeOffset now) =>
        Write("update", now, 512 + (resource?.Length ?? 0), json =>
        {
            json.WriteString("action"u8, change.Action);
            json.WriteString("resource_type"u8, change.Type);
            json.WriteString("resource_id"u8, change.Id);
            WritePatient(json, logged);
            json.WriteString("version_id"u8, change.Version);
            json.WritePropertyName("resource"u8);
            if (resource is null || change.IsDeletion) json.WriteNullValue();
            else json.WriteRawValue(resource, skipInputValidation: true);
            json.WriteNumber("sequence"u8, logged.Position);
        });

    public static byte[] ClinicalEvent(LoggedEvent logged, EventType type, DateTimeOffset now) =>
        Write("clinical_event", now, 512 + logged.Body.Length, json =>
        {
            json.WriteString("event_type"u8, type.ClinicalKind);
            // Several events share a kind; this is the one that happened.
            json.WriteString("name"u8, type.Name);
            WritePatient(json, logged);
            json.WritePropertyName("details"u8);
            json.WriteRawValue(logged.Body, skipInputValidation: true);
            json.WriteNumber("sequence"u8, logged.Position);
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

    private static void WritePatient(Utf8JsonWriter json, LoggedEvent logged)
    {
        if (logged.Patient is { } patient) json.WriteString("patient_id"u8, patient.Value);
        else json.WriteNull("patient_id"u8);
    }
}

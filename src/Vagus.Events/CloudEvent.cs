using System.Buffers;
using System.Text.Json;

namespace Vagus.Events;

/// <summary>
/// The envelope that every event travels in, on every wire: CloudEvents 1.0 in its JSON format, with our extension attributes.
/// <see cref="Data"/> stays the bytes that were stored, so that passing an event on never re-encodes it.
/// </summary>
public sealed record CloudEvent(string Id, string Type, string Source, DateTimeOffset Time, ReadOnlyMemory<byte> Data)
{
    public const string SpecVersion = "1.0";
    public const string ContentType = "application/cloudevents+json";
    public const string BatchContentType = "application/cloudevents-batch+json";
    public const string DataContentType = "application/json";

    /// <summary><c>Patient/{id}</c>, or null where the event is about no patient.</summary>
    public string? Subject { get; init; }

    public string? TenantId { get; init; }

    public string? UserId { get; init; }

    public string? PortalType { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>W3C trace context of the request that caused the event.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The position in the tenant's log; null until it has one.</summary>
    public long? Sequence { get; init; }

    /// <summary>An event of the catalogue, its data serialised.</summary>
    public static CloudEvent Of(EventData data, string id, string source, DateTimeOffset time) =>
        new(id, EventCatalogue.Of(data).Name, source, time, EventCatalogue.Serialize(data));

    /// <summary>The subject of an event about this patient.</summary>
    public static string SubjectOf(string patientId) => "Patient/" + patientId;

    /// <summary>The id in <see cref="Subject"/>, or null where that names no patient.</summary>
    public string? PatientId =>
        Subject is { Length: > 8 } subject && subject.StartsWith("Patient/", StringComparison.Ordinal) ? subject[8..] : null;

    /// <summary>Reads an envelope that somebody sent. The problem, if any, is safe to show and to log.</summary>
    public static CloudEventReading Read(ReadOnlyMemory<byte> json) => CloudEventReader.Read(json);

    /// <summary>Reads a JSON array of envelopes, all or none.</summary>
    public static CloudEventBatchReading ReadBatch(ReadOnlyMemory<byte> json, int atMost) => CloudEventReader.ReadBatch(json, atMost);

    public byte[] ToUtf8Json()
    {
        var buffer = new ArrayBufferWriter<byte>(512 + Data.Length);
        using (var writer = new Utf8JsonWriter(buffer)) WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("specversion"u8, SpecVersion);
        writer.WriteString("id"u8, Id);
        writer.WriteString("type"u8, Type);
        writer.WriteString("source"u8, Source);
        WriteIfPresent(writer, "subject"u8, Subject);
        writer.WriteString("time"u8, Time.UtcDateTime);
        writer.WriteString("datacontenttype"u8, DataContentType);
        WriteIfPresent(writer, "tenantid"u8, TenantId);
        WriteIfPresent(writer, "userid"u8, UserId);
        WriteIfPresent(writer, "portaltype"u8, PortalType);
        WriteIfPresent(writer, "correlationid"u8, CorrelationId);
        WriteIfPresent(writer, "traceparent"u8, TraceParent);
        if (Sequence is { } sequence) writer.WriteNumber("sequence"u8, sequence);
        writer.WritePropertyName("data"u8);
        writer.WriteRawValue(Data.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }

    private static void WriteIfPresent(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) writer.WriteString(name, value);
    }
}

/// <summary>Either an event or what is wrong with what was sent. Exactly one of the two is set.</summary>
public readonly record struct CloudEventReading(CloudEvent? Event, string? Problem);

/// <summary>Either all events of a batch or what is wrong with it. Exactly one of the two is set.</summary>
public readonly record struct CloudEventBatchReading(IReadOnlyList<CloudEvent>? Events, string? Problem);

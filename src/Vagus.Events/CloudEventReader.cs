using System.Globalization;
using System.Text.Json;

namespace Vagus.Events;

/// <summary>Reads envelopes from peers: CloudEvents 1.0 §3.1, JSON format §3. Attributes that we do not know are dropped.</summary>
internal static class CloudEventReader
{
    /// <summary>Longest attribute we take; longer ones have no honest use and would fill index rows.</summary>
    private const int LongestAttribute = 512;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    public static CloudEventReading Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return Read(document.RootElement);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            return Refuse("The event is not JSON.");
        }
    }

    public static CloudEventBatchReading ReadBatch(ReadOnlyMemory<byte> json, int atMost)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            return ReadBatch(document.RootElement, atMost);
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            return new(null, "The batch is not JSON.");
        }
    }

    private static CloudEventBatchReading ReadBatch(JsonElement batch, int atMost)
    {
        if (batch.ValueKind != JsonValueKind.Array) return new(null, "The batch is not an array.");
        if (batch.GetArrayLength() > atMost) return new(null, $"The batch holds more than {atMost} events.");

        var events = new List<CloudEvent>(batch.GetArrayLength());
        foreach (var element in batch.EnumerateArray())
        {
            var reading = Read(element);
            if (reading.Event is null) return new(null, $"Event {events.Count + 1}: {reading.Problem}");
            events.Add(reading.Event);
        }

        return new(events, null);
    }

    private static CloudEventReading Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) return Refuse("The event is not a JSON object.");
        if (FirstBadAttribute(root) is { } bad) return Refuse($"Attribute {bad} is not a string of at most {LongestAttribute} characters.");
        if (Text(root, "specversion") != CloudEvent.SpecVersion) return Refuse("specversion is not 1.0.");
        if (Text(root, "id") is not { Length: > 0 } id) return Refuse("id is missing.");
        if (Text(root, "type") is not { Length: > 0 } type) return Refuse("type is missing.");
        if (Text(root, "source") is not { Length: > 0 } source) return Refuse("source is missing.");
        if (Text(root, "datacontenttype") is { } media && !IsJson(media)) return Refuse("datacontenttype is not JSON.");
        if (Time(root) is not { } time) return Refuse("time is not an RFC 3339 instant.");
        if (!root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object) return Refuse("data is not an object.");
        if (Sequence(root) is not { Valid: true } sequence) return Refuse("sequence is not a whole number.");

        return new(
            new(id, type, source, time, BytesOf(data))
            {
                Subject = Text(root, "subject"),
                TenantId = Text(root, "tenantid"),
                UserId = Text(root, "userid"),
                PortalType = Text(root, "portaltype"),
                CorrelationId = Text(root, "correlationid"),
                TraceParent = Text(root, "traceparent"),
                Sequence = sequence.Value,
            },
            null);
    }

    private static readonly string[] TextAttributes =
        ["specversion", "id", "type", "source", "subject", "time", "datacontenttype", "tenantid", "userid", "portaltype", "correlationid",
            "traceparent"];

    private static string? FirstBadAttribute(JsonElement root) =>
        TextAttributes.FirstOrDefault(name =>
            root.TryGetProperty(name, out var value)
            && value.ValueKind != JsonValueKind.Null
            && (value.ValueKind != JsonValueKind.String || value.GetString()!.Length > LongestAttribute));

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsJson(string media)
    {
        var bare = media.Split(';', 2)[0].Trim();
        return bare.Equals(CloudEvent.DataContentType, StringComparison.OrdinalIgnoreCase)
            || bare.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    private static DateTimeOffset? Time(JsonElement root) =>
        root.TryGetProperty("time", out var value) && value.ValueKind == JsonValueKind.String
            && value.TryGetDateTimeOffset(out var time) ? time : null;

    // The CloudEvents extension "sequence" is a string; ours is written as a number, and both are read.
    private static (bool Valid, long? Value) Sequence(JsonElement root)
    {
        if (!root.TryGetProperty("sequence", out var value) || value.ValueKind == JsonValueKind.Null) return (true, null);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)) return (true, number);
        var isText = value.ValueKind == JsonValueKind.String;
        return isText
            && long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            ? (true, number) : (false, null);
    }

    private static byte[] BytesOf(JsonElement data) => JsonSerializer.SerializeToUtf8Bytes(data, EventsJson.Default.JsonElement);

    // A text with half of a surrogate pair is found when it is read, and is told as a misuse.
    private static bool IsBroken(Exception cause) => cause is JsonException or InvalidOperationException;

    private static CloudEventReading Refuse(string problem) => new(null, problem);
}

using System.Buffers;
using System.Text.Json;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// What a browser gets as the argument of an event: its data with the stamp <c>eventId, sequence, occurredAt, patientId</c>.
/// </summary>
internal static class SocketPayload
{
    public static ReadOnlyMemory<byte> Of(EventForm form)
    {
        var payload = new ArrayBufferWriter<byte>(form.Body.Length + 256);
        payload.Write("{"u8);
        CopyData(payload, form.Body);
        payload.Write(Stamp(form).AsSpan(1));
        return payload.WrittenMemory;
    }

    public static byte[] Of(SearchChange change) => WireJson.Write(512 + (change.Resource?.Length ?? 0), json =>
    {
        json.WriteString("subscriptionId"u8, change.Subscription);
        json.WriteString("change"u8, change.Word);
        json.WriteString("resourceType"u8, change.Change.Type);
        json.WriteString("resourceId"u8, change.Change.Id);
        json.WritePropertyName("resource"u8);
        if (change.Resource is { } resource) json.WriteRawValue(resource, skipInputValidation: true);
        else json.WriteNullValue();
        json.WriteNumber("sequence"u8, change.Position);
    });

    /// <summary>The answer to a search that is kept open.</summary>
    public static Dictionary<string, object> Of(string subscription, OpenedSearch opened, bool isResume)
    {
        var answer = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["ok"] = true, ["subscriptionId"] = subscription, ["sequence"] = opened.Sequence,
        };
        if (isResume) answer["reset"] = opened.Page is not null;
        if (opened.Page is not { } page) return answer;

        if (page.Total is { } total) answer["total"] = total;
        answer["complete"] = page.IsWhole;
        if (page.Notice is { } notice) answer["notice"] = notice;
        answer["resources"] = page.Resources.Select(body => JsonElement.Parse(body)).ToList();
        return answer;
    }

    public static byte[] Of(PositionForm form) => WireJson.Write(64, json =>
    {
        json.WriteNumber("sequence"u8, form.Sequence);
        json.WriteBoolean("live"u8, form.IsLive);
    });

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

    private static byte[] Stamp(EventForm form) => WireJson.Write(256, json =>
    {
        json.WriteString("eventId"u8, form.Logged.EventId);
        json.WriteNumber("sequence"u8, form.Position);
        json.WriteString("occurredAt"u8, form.Logged.OccurredAt.UtcDateTime);
        json.WriteString("patientId"u8, form.Patient);
    });
}

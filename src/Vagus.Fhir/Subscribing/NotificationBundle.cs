using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Writes notifications in the shape of the guide: a Bundle of the type history, whose first entry is the status as Parameters. No I/O.
/// </summary>
internal static class NotificationBundle
{
    /// <summary>The Bundle that is sent.</summary>
    /// <param name="notification">What it says.</param>
    /// <param name="id">The id of the status, a UUID.</param>
    /// <param name="at">The instant of the Bundle.</param>
    public static byte[] Write(Notification notification, string id, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "Bundle"u8);
            writer.WriteString("type"u8, "history"u8);
            writer.WriteString("timestamp"u8, StoredBody.InstantText(at));
            writer.WriteStartArray("entry"u8);
            writer.WriteStartObject();
            writer.WriteString("fullUrl"u8, $"urn:uuid:{id}");
            writer.WritePropertyName("resource"u8);
            WriteStatus(writer, notification);
            WriteExchange(writer, "GET", $"{notification.Address}/$status", "200", OutcomeOf(notification.Subscription));
            writer.WriteEndObject();
            if (notification.Content == Backport.FullResource)
            {
                foreach (var each in notification.Shown) WriteFocus(writer, notification, each);
                if (notification.Notice is { } notice) WriteNotice(writer, notification, notice);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The searchset of <c>$status</c>. Its entries have no request (bdl-3).</summary>
    public static byte[] WriteStatuses(IReadOnlyList<Notification> statuses, Func<string> newId)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "Bundle"u8);
            writer.WriteString("type"u8, "searchset"u8);
            writer.WriteNumber("total"u8, statuses.Count);
            if (statuses.Count > 0) writer.WriteStartArray("entry"u8);
            foreach (var status in statuses)
            {
                writer.WriteStartObject();
                writer.WriteString("fullUrl"u8, $"urn:uuid:{newId()}");
                writer.WritePropertyName("resource"u8);
                WriteStatus(writer, status);
                writer.WriteStartObject("search"u8);
                writer.WriteString("mode"u8, "match"u8);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            if (statuses.Count > 0) writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStatus(Utf8JsonWriter writer, Notification notification)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "Parameters"u8);
        writer.WriteStartObject("meta"u8);
        writer.WriteStartArray("profile"u8);
        writer.WriteStringValue(Backport.StatusProfile);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartArray("parameter"u8);
        WriteReference(writer, "subscription", notification.Address);
        // Who receives nothing of the content is not told the topic either (requirement 99).
        if (notification.Content != Backport.Empty && notification.Subscription.Plan.Topic is { } topic)
            WriteValue(writer, "topic", "valueCanonical", topic);
        WriteValue(writer, "status", "valueCode", notification.Status);
        WriteValue(writer, "type", "valueCode", notification.Type);
        WriteValue(writer, "events-since-subscription-start", "valueString", Text(notification.Count));
        foreach (var each in notification.Events) WriteEvent(writer, notification, each);
        if (notification.Subscription.Error is { } error) WriteError(writer, error);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter writer, Notification notification, NotifiedEvent told)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, "notification-event"u8);
        writer.WriteStartArray("part"u8);
        WriteValue(writer, "event-number", "valueString", Text(told.Number));
        WriteValue(writer, "timestamp", "valueInstant", StoredBody.InstantText(told.At));
        if (notification.Content != Backport.Empty && told.Focus is { } focus)
        {
            WriteReference(writer, "focus", $"{notification.BaseUrl}/{focus.Type}/{focus.Id}");
            foreach (var each in told.Context)
                WriteReference(writer, "additional-context", $"{notification.BaseUrl}/{each.Type}/{each.Id}");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFocus(Utf8JsonWriter writer, Notification notification, StoredResource focus)
    {
        writer.WriteStartObject();
        writer.WriteString("fullUrl"u8, $"{notification.BaseUrl}/{focus.Type}/{focus.Id}");
        if (focus.Body is { } body)
        {
            writer.WritePropertyName("resource"u8);
            writer.WriteRawValue(body, skipInputValidation: true);
        }

        var address = focus.Interaction == "POST" ? focus.Type : $"{focus.Type}/{focus.Id}";
        WriteExchange(writer, focus.Interaction, address, focus.Interaction switch { "POST" => "201", "DELETE" => "204", _ => "200" });
        writer.WriteEndObject();
    }

    /// <summary>42 CFR 2.32: the statement as an entry of its own.</summary>
    private static void WriteNotice(Utf8JsonWriter writer, Notification notification, string notice)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("resource"u8);
        writer.WriteRawValue(RedisclosureNotices.OutcomeOf(notice), skipInputValidation: true);
        WriteExchange(writer, "GET", $"{notification.Address}/$status", "200");
        writer.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter writer, string error)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, "error"u8);
        writer.WriteStartObject("valueCodeableConcept"u8);
        if (error is Backport.TopicGone or Backport.ServerFault) writer.WriteString("text"u8, error);
        else
        {
            writer.WriteStartArray("coding"u8);
            writer.WriteStartObject();
            writer.WriteString("system"u8, Backport.ErrorCodes);
            writer.WriteString("code"u8, error);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>
    /// What went wrong since the receiver last took something, as an OperationOutcome: it stands in the answer of the first entry, where
    /// each content has room for it. Null: nothing did.
    /// </summary>
    private static byte[]? OutcomeOf(SubscriptionRow subscription)
    {
        if (subscription.Error is not { } error) return null;
        if (error == Backport.TopicGone)
            return OperationOutcome.Write(new FhirIssue(IssueSeverity.Error, "not-found", "The topic of the subscription is gone."));
        var isOver = subscription.Status == SubscriptionBody.Error;
        var text = isOver
            ? $"Notifications were not taken ({error}). They go on when the owner asks for them with the status requested."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{subscription.Attempts} attempts in a row were not taken, the last one for {error}. What they held comes again.");
        var code = error == Backport.NoResponse ? "timeout" : "transient";
        return OperationOutcome.Write(new FhirIssue(isOver ? IssueSeverity.Error : IssueSeverity.Warning, code, text));
    }

    private static void WriteExchange(Utf8JsonWriter writer, string method, string url, string status, byte[]? outcome = null)
    {
        writer.WriteStartObject("request"u8);
        writer.WriteString("method"u8, method);
        writer.WriteString("url"u8, url);
        writer.WriteEndObject();
        writer.WriteStartObject("response"u8);
        writer.WriteString("status"u8, status);
        if (outcome is not null)
        {
            writer.WritePropertyName("outcome"u8);
            writer.WriteRawValue(outcome, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private static void WriteReference(Utf8JsonWriter writer, string name, string reference)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        writer.WriteStartObject("valueReference"u8);
        writer.WriteString("reference"u8, reference);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, string name, string type, string value)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        writer.WriteString(type, value);
        writer.WriteEndObject();
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Buffers;
using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// A notification as a FHIR message (R4 §2.4): a Bundle of the type message, whose MessageHeader points at the notification's own Bundle.
/// Of what happened the header says nothing. No I/O.
/// </summary>
internal static class NotificationMessage
{
    /// <summary>The message.</summary>
    /// <param name="notification">Of which it tells.</param>
    /// <param name="bundle">The notification as a rest-hook gets it.</param>
    /// <param name="ids">Of the MessageHeader and of the notification within the message, UUIDs.</param>
    /// <param name="at">The instant of the message.</param>
    public static byte[] Write(Notification notification, byte[] bundle, (string Header, string Notification) ids, DateTimeOffset at)
    {
        var buffer = new ArrayBufferWriter<byte>(bundle.Length + 1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("resourceType"u8, "Bundle"u8);
            writer.WriteString("type"u8, "message"u8);
            writer.WriteString("timestamp"u8, StoredBody.InstantText(at));
            writer.WriteStartArray("entry"u8);
            writer.WriteStartObject();
            writer.WriteString("fullUrl"u8, $"urn:uuid:{ids.Header}");
            writer.WritePropertyName("resource"u8);
            WriteHeader(writer, notification, ids);
            writer.WriteEndObject();
            writer.WriteStartObject();
            writer.WriteString("fullUrl"u8, $"urn:uuid:{ids.Notification}");
            writer.WritePropertyName("resource"u8);
            writer.WriteRawValue(bundle, skipInputValidation: true);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteHeader(Utf8JsonWriter writer, Notification notification, (string Header, string Notification) ids)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "MessageHeader"u8);
        writer.WriteString("id"u8, ids.Header);
        writer.WriteString("eventUri"u8, Backport.NotificationProfile);
        writer.WriteStartArray("destination"u8);
        writer.WriteStartObject();
        writer.WriteString("endpoint"u8, notification.Subscription.Plan.Endpoint);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartObject("source"u8);
        writer.WriteString("endpoint"u8, notification.BaseUrl);
        writer.WriteEndObject();
        writer.WriteStartArray("focus"u8);
        writer.WriteStartObject();
        writer.WriteString("reference"u8, $"urn:uuid:{ids.Notification}");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

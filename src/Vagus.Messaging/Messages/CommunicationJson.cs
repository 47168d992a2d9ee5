using System.Buffers;
using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Fhir.R4.Json;
using Vagus.Messaging.Files;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Messages;

/// <summary>
/// A message as a Communication (R4): the content as it is stored, sealed; who has no record of its own is named by an identifier. The
/// extensions have the bare urls that clients of long standing look for.
/// </summary>
internal static class CommunicationJson
{
    private const string UserSystem = "urn:vagus:user";
    private const string RoleSystem = "urn:vagus:role";
    private const string ThreadSystem = "urn:vagus:thread";

    /// <summary>As it is stored.</summary>
    public static byte[] Write(ThreadRow thread, MessageRow message)
    {
        var buffer = new ArrayBufferWriter<byte>(1024 + message.SealedContent.Length * 2);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteFields(json, thread, message);
            if (!message.IsRetracted)
                WriteList(json, "payload"u8, () => WriteContent(json, SealedText.Of(message.SealedContent)));
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>With the content that was opened for a reader, and what is attached to it.</summary>
    public static void WriteOpened(Utf8JsonWriter json, ThreadRow thread, MessageRow message, MessageAnswer opened)
    {
        json.WriteStartObject();
        WriteFields(json, thread, message);
        if (!string.IsNullOrEmpty(opened.Content) || opened.Attachments.Count > 0)
        {
            WriteList(json, "payload"u8, () =>
            {
                if (!string.IsNullOrEmpty(opened.Content)) WriteContent(json, opened.Content);
                foreach (var file in opened.Attachments) WriteAttachment(json, file);
            });
        }

        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, ThreadRow thread, MessageRow message)
    {
        json.WriteString("resourceType"u8, "Communication"u8);
        json.WriteString("id"u8, message.Id);
        WriteExtensions(json, message);
        WriteList(json, "partOf"u8, () => WriteIdentified(json, ThreadSystem, thread.Id));
        json.WriteString("status"u8, message.IsRetracted ? "entered-in-error"u8 : "completed"u8);
        if (thread.Patient is { } patient)
        {
            json.WritePropertyName("subject"u8);
            WriteParty(json, $"Patient/{patient.Value}");
        }

        if (message is { ContextType: { } context, ContextId: { } about })
            WriteList(json, "about"u8, () => WriteParty(json, $"{MessageContext.TypeOf(context)}/{about}"));
        json.WriteString("sent"u8, StoredBody.InstantText(message.SentAt));
        if (message.ReadAt is { } read) json.WriteString("received"u8, StoredBody.InstantText(read));
        if (message.Recipients.Count > 0)
        {
            WriteList(json, "recipient"u8, () =>
            {
                foreach (var recipient in message.Recipients) WriteParty(json, recipient);
            });
        }

        json.WritePropertyName("sender"u8);
        WriteParty(json, message.SenderName);
    }

    private static void WriteExtensions(Utf8JsonWriter json, MessageRow message) => WriteList(json, "extension"u8, () =>
    {
        Extension("encryption-iv", () => json.WriteString("valueString"u8, SealedText.InitializationVector(message.SealedContent)));
        Extension("encryption-auth-tag", () => json.WriteString("valueString"u8, SealedText.AuthenticationTag(message.SealedContent)));
        Extension("read-status", () => json.WriteBoolean("valueBoolean"u8, message.ReadAt is not null));
        Extension("sender-role", () => json.WriteString("valueString"u8, message.SenderRole));

        void Extension(string url, Action value)
        {
            json.WriteStartObject();
            json.WriteString("url"u8, url);
            value();
            json.WriteEndObject();
        }
    });

    private static void WriteContent(Utf8JsonWriter json, string content)
    {
        json.WriteStartObject();
        json.WriteString("contentString"u8, content);
        json.WriteEndObject();
    }

    private static void WriteAttachment(Utf8JsonWriter json, AttachmentAnswer file)
    {
        json.WriteStartObject();
        json.WriteStartObject("contentAttachment"u8);
        json.WriteString("contentType"u8, file.ContentType);
        json.WriteNumber("size"u8, file.Size);
        if (!string.IsNullOrEmpty(file.FileName)) json.WriteString("title"u8, file.FileName);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParty(Utf8JsonWriter json, string name)
    {
        if (name.Contains('/', StringComparison.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("reference"u8, name);
            json.WriteEndObject();
            return;
        }

        var parts = name.Split(':', 2);
        if (parts is ["role", var role]) WriteIdentified(json, RoleSystem, role);
        else WriteIdentified(json, UserSystem, parts[^1]);
    }

    private static void WriteIdentified(Utf8JsonWriter json, string system, string value)
    {
        json.WriteStartObject();
        json.WriteStartObject("identifier"u8);
        json.WriteString("system"u8, system);
        json.WriteString("value"u8, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, Action items)
    {
        json.WriteStartArray(name);
        items();
        json.WriteEndArray();
    }
}

using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;
using Vagus.Messaging.Direct;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Records;

/// <summary>
/// Communications at /fhir. One that is created is a message to its one recipient, with the payload's text and what it is about; what a
/// message has no place for is refused, so that nothing is dropped in silence. The sender is who asks, whatever the resource says.
/// </summary>
internal sealed class KeepCommunications(Database database, SendDirect sending, ThreadSights sights, MessageAnswers answers)
    : IKeepMessages
{
    private static readonly string[] Understood =
        ["resourceType", "id", "meta", "status", "recipient", "sender", "payload", "about", "subject", "sent", "identifier", "text"];

    public async ValueTask<Result<string>> Take(Reach by, AuditOrigin origin, JsonElement communication, CancellationToken cancel)
    {
        foreach (var field in communication.EnumerateObject())
        {
            if (!Understood.Contains(field.Name)) return Unsupported(field.Name, $"A message has no place for {field.Name}.");
        }

        var request = RequestOf(communication);
        if (request.Refusal is { } refusal) return refusal;
        var sent = await sending.Run(new MessageAuthor(by.Caller, origin), by, request.Value, cancel);
        return sent.Refusal is { } refused ? refused : sent.Value.Message.Id;
    }

    public async ValueTask<Result<string>> Open(Reach by, AuditOrigin origin, string id, CancellationToken cancel)
    {
        if (await ReadMessages.Find(database, by.Tenant, id, cancel) is not { } message) return MessagingRefusals.NoMessage;
        var sight = await sights.Of(by, cancel);
        var thread = await ThreadRow.Find(database, by.Tenant, message.ThreadId, cancel);
        if (thread is null || !sight.Sees(thread)) return MessagingRefusals.NoMessage;
        if (message.IsRetracted) return Retracted;
        return await answers.Content(by.Tenant, message, cancel) is { } content ? content : MessagingRefusals.Unreadable;
    }

    private static Result<DirectRequest> RequestOf(JsonElement communication)
    {
        // A draft has an author and a thread, and is kept at a door of its own: one that comes here would be sent.
        if (communication.GetProperty("status").GetString() is not ("completed" or "in-progress"))
            return Unsupported("status", "A message is sent: its status is completed.");
        if (Only(communication, "recipient") is not { } recipient || Reference(recipient) is not { } to)
            return Unsupported("recipient", "A message has one recipient, by a reference or an identifier of a user.");
        if (Only(communication, "payload") is not { } payload || !payload.TryGetProperty("contentString", out var content))
            return Unsupported("payload", "A message has one payload, a contentString.");
        var request = new DirectRequest(content.GetString() ?? "") { RecipientId = to, ClientMessageId = IdentifierOf(communication) };
        if (!communication.TryGetProperty("about", out _)) return request;
        if (Only(communication, "about") is not { } about || Reference(about)?.Split('/') is not [var type, var id]
            || MessageContext.OfType(type) is not { } context)
        {
            return Unsupported("about", "A message is about one MedicationRequest, Task, Appointment or DiagnosticReport.");
        }

        return request with { ContextType = context, ContextId = id };
    }

    private static JsonElement? Only(JsonElement resource, string list) =>
        resource.TryGetProperty(list, out var items) && items.GetArrayLength() == 1 ? items[0] : null;

    private static string? Reference(JsonElement reference)
    {
        if (reference.TryGetProperty("reference", out var text)) return text.GetString();
        return reference.TryGetProperty("identifier", out var identifier) && identifier.TryGetProperty("value", out var value)
            ? value.GetString() : null;
    }

    private static string? IdentifierOf(JsonElement communication) =>
        Only(communication, "identifier") is { } identifier && identifier.TryGetProperty("value", out var value) ? value.GetString() : null;

    private static Refusal Unsupported(string element, string message) =>
        ElementRefusals.NotSupported($"Communication.{element}", message);

    private static readonly Refusal Retracted = new(RefusalKind.Gone, "deleted", "The message was retracted.");
}

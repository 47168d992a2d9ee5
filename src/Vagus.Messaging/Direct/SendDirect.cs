using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Direct;

/// <summary>
/// A message to a person, a pool or into a thread: what <c>send_message</c> and <c>POST /api/messages</c> do. The first message to somebody
/// begins their thread.
/// </summary>
internal sealed class SendDirect(
    Database database, ThreadSights sights, FindRecipient recipients, Correspondents correspondents, SendPace pace, WriteDirect write,
    IdSource ids)
{
    public async ValueTask<Result<SentMessage>> Run(MessageAuthor by, Reach reach, DirectRequest request, CancellationToken cancel)
    {
        if (!pace.Allows(by.Caller)) return MessagingRefusals.TooFast;
        if (request.Refuse() is { } unfit) return unfit;
        var sight = await sights.Of(reach, cancel);
        var found = request.ThreadId is { } id
            ? await InThread(sight, id, cancel) : await ToRecipient(reach, request.RecipientId ?? "", cancel);
        if (found.Refusal is { } refusal) return refusal;
        var (thread, recipient) = found.Value;
        var (to, names) = await correspondents.Of(thread, by.Caller, cancel);
        var message = new NewMessage(ids.NewId(), request.Content)
        {
            SenderName = Correspondents.SenderName(by.Caller, thread),
            RecipientId = to,
            Recipients = names,
            ContextType = request.ContextType,
            ContextId = request.ContextId,
            ClientMessageId = request.ClientMessageId,
            FromPatient = by.Caller.Role == Role.Patient,
        };
        return await write.Run(by, sight, thread, recipient, message, cancel);
    }

    private async ValueTask<Result<(ThreadRow, Recipient?)>> InThread(ThreadSight sight, string id, CancellationToken cancel) =>
        await ThreadRow.Find(database, sight.Caller.Tenant, id, cancel) is { } thread && sight.Sees(thread)
            ? (thread, (Recipient?)null) : MessagingRefusals.NoThread;

    private async ValueTask<Result<(ThreadRow, Recipient?)>> ToRecipient(Reach reach, string id, CancellationToken cancel)
    {
        var found = await recipients.Find(reach, id, cancel);
        if (found.Refusal is { } refusal) return refusal;
        var begun = DirectThread.New(reach.Caller, found.Value, default);
        var known = await ThreadRow.Find(database, reach.Tenant, begun.Id, cancel);
        return (known ?? begun, found.Value);
    }
}

/// <summary>What a client sends.</summary>
internal sealed record DirectRequest(string Content)
{
    public static readonly string[] Fields = ["recipientId", "threadId", "content", "contextType", "contextId", "clientMessageId"];

    public string? RecipientId { get; init; }

    public string? ThreadId { get; init; }

    public string? ContextType { get; init; }

    public string? ContextId { get; init; }

    public string? ClientMessageId { get; init; }

    public static Result<DirectRequest> Read(JsonElement given)
    {
        var fields = RequestFields.Read(given, Fields);
        if (fields.Refusal is { } malformed) return malformed;
        var content = fields.Value.Text("content", int.MaxValue);
        var texts = Fields.Where(name => name != "content").Select(name => (name, fields.Value.OptionalText(name))).ToList();
        var refused = content.Refusal ?? texts.Select(text => text.Item2.Refusal).FirstOrDefault(refusal => refusal is not null);
        if (refused is not null) return refused;
        var by = texts.ToDictionary(text => text.name, text => text.Item2.Value, StringComparer.Ordinal);
        return new DirectRequest(content.Value)
        {
            RecipientId = by["recipientId"],
            ThreadId = by["threadId"],
            ContextType = by["contextType"],
            ContextId = by["contextId"],
            ClientMessageId = by["clientMessageId"],
        };
    }

    public Refusal? Refuse()
    {
        if ((RecipientId is null) == (ThreadId is null)) return MessagingRefusals.ToWhom;
        if (ClientMessageId is { Length: > 128 }) return FieldRefusals.Wrong("clientMessageId", "a text of at most 128 characters");
        if ((ContextType is null) != (ContextId is null)) return MessagingRefusals.WrongContext;
        if (ContextType is { } type && (MessageContext.TypeOf(type) is null || !ChosenId.IsFhirId(ContextId ?? "")))
            return MessagingRefusals.WrongContext;
        return MessageText.Refuse(Content, mayBeEmpty: false);
    }
}

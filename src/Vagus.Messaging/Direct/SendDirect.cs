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
    Database database, ThreadSights sights, FindRecipient recipients, DeliverySides deliveries, Correspondents correspondents,
    SendPace pace, WriteDirect write, PrepareMessage preparing, IdSource ids)
{
    public async ValueTask<Result<SentMessage>> Run(MessageAuthor by, Reach reach, DirectRequest request, CancellationToken cancel)
    {
        if (pace.Refuse(by.Caller) is { } tooFast) return tooFast;
        if (request.Refuse() is { } unfit) return unfit;
        var found = request.ThreadId is { } id
            ? await InThread(reach, id, cancel) : await ToRecipient(by, reach, request, cancel);
        if (found.Refusal is { } refusal) return refusal;
        var thread = found.Value.Thread;
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
        var placed = await preparing.Complete(by, thread, message, cancel);
        return placed.Refusal is { } unfinished ? unfinished : await write.Run(by, found.Value, placed.Value, cancel);
    }

    private async ValueTask<Result<DirectTarget>> InThread(Reach reach, string id, CancellationToken cancel)
    {
        var sight = await sights.Of(reach, cancel);
        if (await ThreadRow.Find(database, reach.Tenant, id, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread;
        // Whom a pool stands for depends on who asks: it is asked for the side that wrote to it.
        if (thread.Pool is not { } pool || !pool.Contains('/', StringComparison.Ordinal) || !sight.Names.Contains(thread.Members[0]))
            return new DirectTarget(thread, null, sight);
        var found = await recipients.Find(reach, pool, cancel);
        if (found.Refusal is { Kind: not RefusalKind.NotFound } refusal) return refusal;
        return new DirectTarget(thread, found.IsRefused ? null : found.Value, sight);
    }

    private async ValueTask<Result<DirectTarget>> ToRecipient(
        MessageAuthor by, Reach reach, DirectRequest request, CancellationToken cancel)
    {
        var id = request.RecipientId ?? "";
        var found = await recipients.Find(reach, id, cancel);
        if (found.Refusal is { Kind: RefusalKind.NotFound } && request is { ContextType: MessageContext.Delivery, ContextId: { } task })
            found = await deliveries.Find(by, id, task, cancel);
        if (found.Refusal is { Kind: RefusalKind.NotFound } && await SentBefore(by, reach, request, cancel) is { } sent) return sent;
        if (found.Refusal is { } refusal) return refusal;
        var thread = await DirectIds.Now(database, reach.Tenant, Correspondents.SideOf(reach.Caller), [found.Value.Name], cancel);
        var known = await ThreadRow.Find(database, reach.Tenant, thread[0], cancel);
        return new DirectTarget(known ?? DirectThread.New(thread[0], reach.Caller, found.Value, default), found.Value, Sight: null);
    }

    /// <summary>A retry is answered also where nobody could be written to anew, as after a delivery. Null: it was not sent.</summary>
    private async ValueTask<DirectTarget?> SentBefore(MessageAuthor by, Reach reach, DirectRequest request, CancellationToken cancel)
    {
        if (await AddMessage.Earlier(database, by.Caller, request.ClientMessageId, cancel) is not { } earlier) return null;
        if (!(await recipients.ThreadsWith(reach, request.RecipientId ?? "", cancel)).Contains(earlier.ThreadId)) return null;
        var thread = await ThreadRow.Find(database, reach.Tenant, earlier.ThreadId, cancel);
        return thread is null ? null : new DirectTarget(thread, Recipient: null, await sights.Of(reach, cancel));
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

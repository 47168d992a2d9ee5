using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Live;

/// <summary><c>mark_read { messageId }</c>: everything up to the message is read → <c>{ ok, threadId, upToSequence }</c>.</summary>
internal sealed class MarkReadCommand(Database database, ThreadSights sights, MarkRead marking) : ILiveCommand
{
    public string Namespace => MessagingNamespace.Path;

    public string Name => "mark_read";

    public async ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel)
    {
        var fields = RequestFields.Read(request, "messageId");
        if (fields.Refusal is { } malformed) return malformed;
        var id = fields.Value.Text("messageId");
        if (id.Refusal is { } missing) return missing;
        if (await ReadMessages.Find(database, caller.Tenant, id.Value, cancel) is not { } message) return MessagingRefusals.NoMessage;
        var sight = await sights.Of(caller, cancel);
        var by = new MessageAuthor(caller, AuditOrigin.Of(origin));
        var read = await marking.Run(by, sight.Sees, message.ThreadId, message.Sequence, notes: false, cancel);
        // In the same words as an id that does not exist.
        if (read.Refusal is { Kind: RefusalKind.NotFound }) return MessagingRefusals.NoMessage;
        if (read.Refusal is { } refused) return refused;
        return new { ok = true, threadId = read.Value.ThreadId, upToSequence = read.Value.UpToSequence };
    }
}

using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;

namespace Vagus.Messaging.Holding;

/// <summary>
/// Takes a message into a thread that is there: it is sent at once, or held where the tenant gives time to take it back or the author has
/// named a later time. What is refused is refused now, also of a message that is held.
/// </summary>
internal sealed class TakeMessage(
    Database database, WriteInThread writing, MessageTurns turns, MessagingPolicies policies, SendPace pace, IdSource ids,
    TimeProvider clock)
{
    public const int MostHeld = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public async ValueTask<Result<TakenMessage>> Run(
        MessageAuthor by, ThreadSight sight, string thread, MessageRequest request, CancellationToken cancel)
    {
        if (request.Refuse() is { } unfit) return unfit;
        var now = clock.GetUtcNow();
        if (request.SendAfter > now + Longest) return FieldRefusals.Wrong("sendAfter", "an instant within a year");
        var due = DueAt(now, request.SendAfter, (await policies.Of(by.Caller.Tenant, cancel)).UndoWindow);
        // A retry finds what the first attempt has left, also where the tenant's setting has changed between the two.
        var waits = await HeldMessage.Earlier(database, by.Caller, request.ClientMessageId, cancel) is not null;
        if (due is null && !waits)
        {
            var sent = await writing.Reply(by, sight, thread, request, cancel);
            return sent.Refusal is { } refused ? refused : new TakenMessage(sent.Value, null);
        }

        if (!pace.Allows(by.Caller)) return MessagingRefusals.TooFast;
        // Before a turn, which makes its thread a key where it has none.
        if (await ThreadRow.Find(database, by.Caller.Tenant, thread, cancel) is not { } known || !sight.Sees(known))
            return MessagingRefusals.NoThread;
        var id = ids.NewId();
        return await turns.Run(by, thread, turn => Hold(turn, sight, (thread, id, due ?? now), request), cancel);
    }

    /// <summary>Null: at once. Of a time to take it back and a time that was named the later one counts.</summary>
    private static DateTimeOffset? DueAt(DateTimeOffset now, DateTimeOffset? sendAfter, TimeSpan undo)
    {
        if (sendAfter is { } named && named > now + undo) return named;
        return undo > TimeSpan.Zero ? now + undo : null;
    }

    private static async ValueTask<Result<TakenMessage>> Hold(
        MessageTurn turn, ThreadSight sight, (string Thread, string Id, DateTimeOffset Due) held, MessageRequest request)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await ThreadRow.Find(write, write.Tenant, held.Thread, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread;
        if (await AddMessage.Earlier(write, turn.Caller, request.ClientMessageId, cancel) is { } sent)
        {
            return sent.ThreadId == thread.Id
                ? new TakenMessage(SentMessage.Again(turn, sent, thread), null) : MessagingRefusals.OtherMessage;
        }

        if (await HeldMessage.Earlier(write, turn.Caller, request.ClientMessageId, cancel) is { } earlier)
        {
            if (earlier.ThreadId != thread.Id) return MessagingRefusals.OtherMessage;
            ReadEntries.Add(turn, thread, earlier.Id);
            return new TakenMessage(null, earlier);
        }

        if (request.LastSeen is { } seen && await AddMessage.OthersWrote(turn, thread, seen)) return new NewerMessages(thread, seen);
        if (await HeldMessage.HowMany(write, turn.Caller.User, cancel) >= MostHeld) return TooMany;
        if (await AddMessage.Bind(turn, thread, held.Id, request.AttachmentIds) is { } unusable) return unusable;
        var row = RowOf(turn, held, request);
        row.Insert(write);
        await DraftTable.Remove(write, turn.Caller.User, DraftPlace.Of(thread), cancel);
        if (request.CannedId is { } canned) await CannedResponses.CountUse(write, turn.Caller, canned, cancel);
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.Create, turn.Caller, turn.By.Origin) with
        {
            On = $"HeldMessage/{row.Id}", Patients = thread.Patient is { } patient ? [patient] : [], Detail = $"thread={thread.Id}",
        });
        return new TakenMessage(null, row);
    }

    private static HeldMessage RowOf(
        MessageTurn turn, (string Thread, string Id, DateTimeOffset Due) held, MessageRequest request) => new()
    {
        Tenant = turn.Write.Tenant,
        Id = held.Id,
        ThreadId = held.Thread,
        Author = turn.Caller.User,
        FromPatient = turn.Caller.Role == Role.Patient,
        DueAt = held.Due,
        AcceptedAt = turn.Write.At,
        ClientMessageId = request.ClientMessageId,
        ThreadStatus = request.Status,
        AttachmentIds = request.AttachmentIds,
        SealedContent = ThreadSeals.Seal(turn.Key, ThreadSeals.Held(turn.Write.Tenant, held.Thread, held.Id), request.Content),
    };

    private static readonly Refusal TooMany = new(
        RefusalKind.Conflict, "too_many_scheduled", $"At most {MostHeld} messages of one author wait for their time.");
}

/// <summary>A message that was taken: sent, or held. Exactly one of the two is set.</summary>
internal sealed record TakenMessage(SentMessage? Sent, HeldMessage? Held);

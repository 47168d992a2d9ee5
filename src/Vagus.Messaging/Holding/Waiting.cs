using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Holding;

/// <summary>How long a message waits, and how it is put where it waits.</summary>
internal static class Waiting
{
    public const int MostHeld = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    public static Refusal? Refuse(DateTimeOffset now, DateTimeOffset? sendAfter) =>
        sendAfter > now + Longest ? FieldRefusals.Wrong("sendAfter", "an instant within a year") : null;

    /// <summary>Null: at once. Of a time to take it back and a time that was named the later one counts.</summary>
    public static DueTime? DueAt(DateTimeOffset now, DateTimeOffset? sendAfter, TimeSpan undo)
    {
        if (sendAfter is { } named && named > now + undo) return new DueTime(named, InUndo: false);
        return undo > TimeSpan.Zero ? new DueTime(now + undo, InUndo: true) : null;
    }

    /// <param name="turn">Of the thread that it goes into.</param>
    /// <param name="thread">As it is before the message.</param>
    /// <param name="draft">What the author was writing there is gone with it.</param>
    /// <param name="held">When and as what it is to be sent.</param>
    /// <param name="request">What was sent.</param>
    public static async ValueTask<Result<TakenMessage>> Keep(
        MessageTurn turn, ThreadRow thread, DraftPlace draft, NewHeld held, MessageRequest request)
    {
        var (write, user, cancel) = (turn.Write, turn.Caller.User, turn.Cancel);
        if (await HeldMessage.HowMany(write, user, cancel) >= MostHeld) return TooMany;
        await DraftTable.Remove(write, user, draft, cancel);
        if (await AddMessage.Bind(turn, thread, held.Id, request.AttachmentIds) is { } unusable) return unusable;
        var row = RowOf(turn, thread, held, request);
        row.Insert(write);
        if (request.CannedId is { } canned) await CannedResponses.CountUse(write, turn.Caller, canned, cancel);
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.Create, turn.Caller, turn.By.Origin) with
        {
            On = $"HeldMessage/{row.Id}", Patients = thread.Patient is { } patient ? [patient] : [], Detail = $"thread={thread.Id}",
        });
        return new TakenMessage(null, row);
    }

    private static HeldMessage RowOf(MessageTurn turn, ThreadRow thread, NewHeld held, MessageRequest request) => new()
    {
        Tenant = turn.Write.Tenant,
        Id = held.Id,
        ThreadId = thread.Id,
        Author = turn.Caller.User,
        FromPatient = turn.Caller.Role == Role.Patient,
        DueAt = held.Due.At,
        InUndo = held.Due.InUndo,
        AcceptedAt = turn.Write.At,
        ClientMessageId = request.ClientMessageId,
        ThreadStatus = request.Status,
        AttachmentIds = request.AttachmentIds,
        SealedContent = ThreadSeals.Seal(turn.Key, ThreadSeals.Held(turn.Write.Tenant, thread.Id, held.Id), request.Content),
        Begins = held.Begins,
    };

    private static readonly Refusal TooMany = new(
        RefusalKind.Conflict, "too_many_scheduled", $"At most {MostHeld} messages of one author wait for their time.");
}

/// <summary>A message that is to wait.</summary>
/// <param name="Id">Its own, made before the turn.</param>
/// <param name="Due">When it is sent.</param>
/// <param name="Begins">The thread that it begins; null for one that is there.</param>
internal sealed record NewHeld(string Id, DueTime Due, HeldBeginning? Begins);

/// <summary>When a message is sent.</summary>
/// <param name="At">The instant.</param>
/// <param name="InUndo">See <see cref="HeldMessage.InUndo"/>.</param>
internal sealed record DueTime(DateTimeOffset At, bool InUndo);

/// <summary>A message that was taken: sent, or held. Exactly one of the two is set.</summary>
internal sealed record TakenMessage(SentMessage? Sent, HeldMessage? Held)
{
    /// <summary>The thread that it has begun, or is to begin.</summary>
    public ThreadRow ThreadOf(Caller author) => Sent?.Thread ?? Held?.Begins?.Row(Held.ThreadId, author, Held.AcceptedAt)
        ?? throw new InvalidOperationException("It begins no thread.");
}

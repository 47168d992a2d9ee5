using System.Text.Json.Serialization;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Searching;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Portal;

/// <summary>
/// A thread as the patient sees it: a type of its own, which has no place for what staff know of it. Who takes care of it is told as the
/// care team.
/// </summary>
internal sealed record PortalThread
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string? Subject { get; init; }

    public required string? Category { get; init; }

    public required string Status { get; init; }

    public required PortalPatient Patient { get; init; }

    public string With { get; } = "care team";

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastMessageAt { get; init; }

    public required string? LastMessagePreview { get; init; }

    public required DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Until when the clinic means to answer; null where nobody waits, or the clinic has set no target.</summary>
    public required DateTimeOffset? ExpectedReplyAt { get; init; }

    public required long UnreadCount { get; init; }

    public required long LastSequence { get; init; }

    public required long Version { get; init; }

    /// <summary>In answers to a search only; never of a note.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TextMatch>? Matches { get; init; }
}

/// <summary>Whose thread it is: the patient's own, or a dependant's.</summary>
internal sealed record PortalPatient(string Id, string? Name);

/// <summary>A message as the patient sees it.</summary>
internal sealed record PortalMessage(
    string Id, string ThreadId, string SenderId, string SenderRole, string? RecipientId, string? Content, string? ContextType,
    string? ContextId, DateTimeOffset SentAt, DateTimeOffset? ReadAt, long Sequence, string Status, string? ClientMessageId,
    IReadOnlyList<AttachmentAnswer> Attachments)
{
    public string Kind { get; } = "message";

    public static PortalMessage Of(MessageAnswer message) => new(
        message.Id, message.ThreadId, message.SenderId, message.SenderRole, message.RecipientId, message.Content, message.ContextType,
        message.ContextId, message.SentAt, message.ReadAt, message.Sequence, message.Status, message.ClientMessageId, message.Attachments);
}

/// <summary>The patient's threads: those of its own record and of dependants whose record it sees as a whole.</summary>
internal sealed class PortalThreads(Database database, ThreadSights sights, ThreadPages pages, ThreadSeals seals, IFindPatients patients)
{
    public ValueTask<ThreadSight> Sight(Reach reach, CancellationToken cancel) => sights.Of(reach, cancel);

    /// <summary>Direct threads are at another door.</summary>
    public static bool IsShown(ThreadSight sight, ThreadRow thread) => thread.Kind == ThreadKind.Patient && sight.Sees(thread);

    /// <summary>Null of a thread that the caller is not shown here.</summary>
    public async ValueTask<ThreadRow?> Find(ThreadSight sight, string id, CancellationToken cancel) =>
        await ThreadRow.Find(database, sight.Caller.Tenant, id, cancel) is { } thread && IsShown(sight, thread) ? thread : null;

    public async ValueTask<PortalThread> Answer(Reach reach, ThreadSight sight, ThreadRow thread, CancellationToken cancel) =>
        await Answer(reach, thread, (await pages.Count(sight, thread, cancel)).Unread, cancel);

    public async ValueTask<PortalThread> Answer(Reach reach, ThreadRow thread, long unread, CancellationToken cancel)
    {
        var patient = thread.Patient ?? throw new InvalidOperationException("A patient's thread without a patient.");
        var preview = ThreadSeals.Preview(thread.Tenant, thread.Id, thread.PreviewSequence);
        return new PortalThread
        {
            Id = thread.Id,
            Kind = thread.Kind,
            Subject = await seals.Open(ThreadSeals.Subject(thread.Tenant, thread.Id), thread.SealedSubject, cancel),
            Category = thread.Category,
            Status = thread.Status,
            Patient = new PortalPatient(patient.Value, (await patients.Find(reach, patient, cancel))?.Name),
            CreatedAt = thread.CreatedAt,
            LastMessageAt = thread.LastMessageAt,
            LastMessagePreview = await seals.Open(preview, thread.SealedPreview, cancel),
            WaitingSince = thread.WaitsSince,
            ExpectedReplyAt = thread.DueAt,
            UnreadCount = unread,
            LastSequence = thread.LastSequence,
            Version = thread.Version,
        };
    }
}

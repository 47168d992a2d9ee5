using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Holding;

/// <summary>A message that waits, as its author alone is shown it.</summary>
internal sealed record HeldAnswer(
    string Id, string ThreadId, string SenderId, string? Content, string Status, DateTimeOffset SendAt, DateTimeOffset AcceptedAt,
    string? ClientMessageId, IReadOnlyList<AttachmentAnswer> Attachments)
{
    public const string Scheduled = "scheduled";

    /// <summary>It is not sent any more: <see cref="Reason"/>.</summary>
    public const string Stopped = "stopped";

    public string Kind { get; } = "message";

    /// <summary>The code of the reason why it was stopped.</summary>
    public string? Reason { get; init; }

    /// <summary>The thread that it begins; null where it goes into one that is there.</summary>
    public BeginningAnswer? Begins { get; init; }
}

/// <summary>Makes answers of messages that wait.</summary>
internal sealed class HeldAnswers(ThreadSeals seals, Attachments attachments)
{
    public async ValueTask<IReadOnlyList<HeldAnswer>> Of(TenantId tenant, IReadOnlyList<HeldMessage> held, CancellationToken cancel)
    {
        var files = await attachments.Of(tenant, [.. held.Select(row => row.Id)], cancel);
        var answers = new List<HeldAnswer>(held.Count);
        foreach (var row in held)
        {
            answers.Add(new HeldAnswer(
                row.Id, row.ThreadId, row.Author.Value, await Content(row, cancel),
                row.StoppedBy is null ? HeldAnswer.Scheduled : HeldAnswer.Stopped, row.DueAt, row.AcceptedAt, row.ClientMessageId,
                [.. files[row.Id]])
            {
                Reason = row.StoppedBy,
                Begins = await Beginning(row, cancel),
            });
        }

        return answers;
    }

    public async ValueTask<HeldAnswer> Of(HeldMessage held, CancellationToken cancel) => (await Of(held.Tenant, [held], cancel))[0];

    private async ValueTask<BeginningAnswer?> Beginning(HeldMessage held, CancellationToken cancel)
    {
        if (held.Begins is not { } begins) return null;
        var subject = await seals.Open(ThreadSeals.Subject(held.Tenant, held.ThreadId), begins.SealedSubject, cancel);
        return new BeginningAnswer(begins.Patient.Value, subject, begins.Category, begins.Priority);
    }

    /// <summary>Null where it does not open.</summary>
    public ValueTask<string?> Content(HeldMessage held, CancellationToken cancel) =>
        seals.Open(ThreadSeals.Held(held.Tenant, held.ThreadId, held.Id), held.SealedContent, cancel);
}

using System.Text.Json.Serialization;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Notices;
using Vagus.Messaging.Searching;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Staff;

/// <summary>A thread as staff see it.</summary>
internal sealed record ThreadAnswer
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string? Subject { get; init; }

    public required string? Category { get; init; }

    public required string Priority { get; init; }

    public required string Status { get; init; }

    public required PatientAnswer? Patient { get; init; }

    public required AssigneeAnswer? AssignedTo { get; init; }

    public required string? Team { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset LastMessageAt { get; init; }

    public required string? LastMessagePreview { get; init; }

    public required DateTimeOffset? WaitingSince { get; init; }

    /// <summary>Until when the patient is to be answered; null where nobody waits, or no target is set.</summary>
    public required DateTimeOffset? DueAt { get; init; }

    public required bool Overdue { get; init; }

    public required DateTimeOffset? SnoozeUntil { get; init; }

    /// <summary>Ids of the tenant's labels.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Since when the patient has not read a message, where its sender was told so; null otherwise.</summary>
    public DateTimeOffset? UnreadSince { get; init; }

    public required long UnreadCount { get; init; }

    /// <summary>The caller has asked for it among those that it follows.</summary>
    public required bool Following { get; init; }

    public required long LastSequence { get; init; }

    public required long Version { get; init; }

    /// <summary>Of a thread among staff only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ParticipantAnswer>? Participants { get; init; }

    /// <summary>In answers to a search only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TextMatch>? Matches { get; init; }
}

/// <summary>The patient of a thread; only its id where the caller may not read the record.</summary>
internal sealed record PatientAnswer(string Id, string? Name, string? BirthDate, string? Mrn);

/// <summary>Who has a thread.</summary>
internal sealed record AssigneeAnswer(string UserId, string? Name);

/// <summary>Somebody who takes part in a thread among staff.</summary>
internal sealed record ParticipantAnswer(string UserId, string? Name);

/// <summary>Makes answers of threads: opens subject and preview, and finds names.</summary>
internal sealed class ThreadAnswers(ThreadSeals seals, IFindPatients patients, IFindUsers accounts, Database database)
{
    public async ValueTask<IReadOnlyList<ThreadAnswer>> Of(Reach reach, IReadOnlyList<CountedThread> threads, CancellationToken cancel)
    {
        var records = new Dictionary<PatientId, PatientFacts?>();
        foreach (var patient in threads.Select(each => each.Thread.Patient).OfType<PatientId>().Distinct())
            records[patient] = await patients.Find(reach, patient, cancel);
        var users = threads.SelectMany(each => MembersOf(each.Thread).Append(each.Thread.AssignedTo)).OfType<string>();
        var names = await accounts.NamesOf(reach.Tenant, [.. users.Distinct(StringComparer.Ordinal)], cancel);
        var answers = new List<ThreadAnswer>(threads.Count);
        var unread = await UnreadByPatients.Told(database, reach.Tenant, threads.Select(each => each.Thread.Id), cancel);
        foreach (var each in threads)
        {
            var answer = await Answer(each, records, names, cancel);
            answers.Add(unread.TryGetValue(answer.Id, out var since) ? answer with { UnreadSince = since } : answer);
        }

        return answers;
    }

    private async ValueTask<ThreadAnswer> Answer(
        CountedThread counted, Dictionary<PatientId, PatientFacts?> records, IReadOnlyDictionary<string, string> names,
        CancellationToken cancel)
    {
        var thread = counted.Thread;
        return new ThreadAnswer
        {
            Id = thread.Id,
            Kind = thread.Kind,
            Subject = await seals.Open(ThreadSeals.Subject(thread.Tenant, thread.Id), thread.SealedSubject, cancel),
            Category = thread.Category,
            Priority = thread.Priority,
            Status = thread.Status,
            Patient = thread.Patient is { } patient ? PatientOf(patient, records[patient]) : null,
            AssignedTo = thread.AssignedTo is { } user ? new AssigneeAnswer(user, names.GetValueOrDefault(user)) : null,
            Team = thread.Team,
            CreatedAt = thread.CreatedAt,
            LastMessageAt = thread.LastMessageAt,
            LastMessagePreview = await seals.Open(
                ThreadSeals.Preview(thread.Tenant, thread.Id, thread.PreviewSequence), thread.SealedPreview, cancel),
            WaitingSince = thread.WaitsSince,
            DueAt = thread.DueAt,
            Overdue = thread.OverdueAt is not null,
            SnoozeUntil = thread.SnoozedUntil,
            Labels = thread.Labels,
            UnreadCount = counted.Unread,
            Following = counted.Follows,
            LastSequence = thread.LastSequence,
            Version = thread.Version,
            Participants = thread.Kind != ThreadKind.Staff ? null
                : [.. MembersOf(thread).Select(member => new ParticipantAnswer(member, names.GetValueOrDefault(member)))],
        };
    }

    private static IReadOnlyList<string> MembersOf(ThreadRow thread) => thread.Kind == ThreadKind.Staff ? thread.Members : [];

    private static PatientAnswer PatientOf(PatientId id, PatientFacts? facts) =>
        new(id.Value, facts?.Name, facts?.BirthDate, facts?.RecordNumber);
}

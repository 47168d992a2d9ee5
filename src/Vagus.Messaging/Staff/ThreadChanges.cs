using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Staff;

/// <summary>What staff ask to be changed of a thread; what is null stays.</summary>
internal sealed record ThreadChanges
{
    private const int MostLabels = 10;

    public static readonly string[] Fields = ["assignedTo", "team", "status", "priority", "category", "subject", "labels", "snoozeUntil", "version"];

    /// <summary>The assignment changes to <see cref="AssignedTo"/>; null there ends it.</summary>
    public bool Assigns { get; init; }

    public string? AssignedTo { get; init; }

    /// <summary>To whom it was to be assigned, where that one is away and <see cref="AssignedTo"/> stands in.</summary>
    public string? CoveredFor { get; init; }

    public bool SetsTeam { get; init; }

    public string? Team { get; init; }

    public string? Status { get; init; }

    public string? Priority { get; init; }

    public string? Category { get; init; }

    /// <summary>Where the rule of that category leads; null: there is none.</summary>
    public Route? Route { get; init; }

    public string? Subject { get; init; }

    /// <summary>All labels of the thread; null: those that it has.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    public bool SetsSnooze { get; init; }

    /// <summary>Null there wakes it.</summary>
    public DateTimeOffset? SnoozeUntil { get; init; }

    /// <summary>The version that the change is made from; null: whichever is there.</summary>
    public long? Version { get; init; }

    public static Result<ThreadChanges> Read(JsonElement given)
    {
        var fields = RequestFields.Read(given, Fields);
        return fields.Refusal is { } refusal ? refusal : Read(fields.Value);
    }

    public static Result<ThreadChanges> Read(RequestFields fields)
    {
        var (assigned, team, status) = (
            fields.OptionalText("assignedTo"), fields.OptionalText("team", 64), fields.OptionalText("status"));
        var (priority, category) = (fields.OptionalText("priority"), fields.OptionalText("category"));
        var (subject, version) = (fields.OptionalText("subject", MessageText.MostOfSubject), fields.Position("version"));
        var (labels, snooze) = (fields.Texts("labels", MostLabels), MessageRequest.Instant(fields, "snoozeUntil"));
        var refusal = assigned.Refusal ?? team.Refusal ?? status.Refusal ?? priority.Refusal ?? category.Refusal ?? subject.Refusal
            ?? labels.Refusal ?? snooze.Refusal ?? version.Refusal;
        if (refusal is not null) return refusal;
        return new ThreadChanges
        {
            Assigns = fields.Has("assignedTo") || fields.IsNull("assignedTo"),
            AssignedTo = assigned.Value,
            SetsTeam = fields.Has("team") || fields.IsNull("team"),
            Team = team.Value,
            Status = status.Value,
            Priority = priority.Value,
            Category = category.Value,
            Subject = subject.Value,
            Labels = labels.Value?.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList(),
            SetsSnooze = fields.Has("snoozeUntil") || fields.IsNull("snoozeUntil"),
            SnoozeUntil = snooze.Value,
            Version = version.Value,
        };
    }

    public Refusal? Refuse()
    {
        if (Status is { } status && !ThreadStatus.All.Contains(status)) return FieldRefusals.Wrong("status", "a status");
        if (Priority is { } priority && !PriorityOfThread.All.Contains(priority)) return FieldRefusals.Wrong("priority", "a priority");
        if (Category is { } category && !ThreadCategory.All.Contains(category)) return FieldRefusals.Wrong("category", "a category");
        if (Team is { } team && !RoutingRule.IsTeam(team))
            return FieldRefusals.Wrong("team", "an id: letters, digits, hyphens");
        return Subject is { } subject ? MessageText.RefuseSubject(subject) : null;
    }

    /// <summary>A label that the tenant does not have; one that the thread has stays, also where the tenant has it no more.</summary>
    public Refusal? RefuseLabels(ThreadRow thread, MessagingPolicy policy) =>
        Labels?.Except(thread.Labels, StringComparer.Ordinal).All(label => policy.Labels.Any(known => known.Id == label)) == false
            ? FieldRefusals.Wrong("labels", "labels of this organization") : null;

    /// <summary>The thread with what is asked by name; the subject is sealed by the caller.</summary>
    public ThreadRow Named(ThreadRow thread) => thread with
    {
        AssignedTo = Assigns ? AssignedTo : thread.AssignedTo,
        CoveredFor = Assigns ? CoveredFor : thread.CoveredFor,
        Team = SetsTeam ? Team : thread.Team,
        Status = Status ?? thread.Status,
        Priority = Priority ?? thread.Priority,
        Category = Category ?? thread.Category,
        Labels = Labels ?? thread.Labels,
        SnoozedUntil = SetsSnooze ? SnoozeUntil : thread.SnoozedUntil,
    };

    /// <summary>The same where the rule of a new category leads.</summary>
    /// <param name="thread">Before the change.</param>
    /// <param name="named">With what is asked by name.</param>
    public ThreadRow Routed(ThreadRow thread, ThreadRow named) => Route is { } route && named.Category != thread.Category
        ? route.Move(named, keepsTeam: SetsTeam, keepsAssignee: Assigns) : named;
}

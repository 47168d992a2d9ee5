using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Triage;

/// <summary>Within how much business time a patient is answered; of a category, a priority, both, or of all threads.</summary>
internal sealed record ServiceTarget(string? Category, string? Priority, TimeSpan Within)
{
    public const int MostTargets = 50;
    private const long MostMinutes = 14 * 24 * 60;

    /// <summary>Of the targets that fit the thread the one that names most of it; a category goes before a priority.</summary>
    public static ServiceTarget? Of(IEnumerable<ServiceTarget> targets, ThreadRow thread) => targets
        .Where(target => (target.Category ?? thread.Category) == thread.Category && (target.Priority ?? thread.Priority) == thread.Priority)
        .MaxBy(target => (target.Category is null ? 0 : 2) + (target.Priority is null ? 0 : 1));

    public static Result<IReadOnlyList<ServiceTarget>> Read(JsonElement given)
    {
        if (given.ValueKind != JsonValueKind.Array) return FieldRefusals.Wrong("targets", "a list");
        if (given.GetArrayLength() > MostTargets) return FieldRefusals.TooMany("targets", MostTargets);
        var targets = new List<ServiceTarget>();
        foreach (var item in given.EnumerateArray())
        {
            var target = One(item);
            if (target.Refusal is { } refusal) return refusal;
            if (targets.Exists(other => other.Category == target.Value.Category && other.Priority == target.Value.Priority))
                return FieldRefusals.Wrong("targets", "a list that names no category and priority twice");
            targets.Add(target.Value);
        }

        return targets;
    }

    private static Result<ServiceTarget> One(JsonElement given)
    {
        var fields = RequestFields.Read(given, "category", "priority", "minutes");
        if (fields.Refusal is { } unknown) return unknown;
        var (category, priority) = (fields.Value.OptionalText("category"), fields.Value.OptionalText("priority"));
        var minutes = fields.Value.Position("minutes");
        if ((category.Refusal ?? priority.Refusal ?? minutes.Refusal) is { } malformed) return malformed;
        if (category.Value is { } named && !ThreadCategory.All.Contains(named)) return FieldRefusals.Wrong("category", "a category");
        if (priority.Value is { } level && !PriorityOfThread.All.Contains(level)) return FieldRefusals.Wrong("priority", "a priority");
        return minutes.Value is >= 1 and <= MostMinutes
            ? new ServiceTarget(category.Value, priority.Value, TimeSpan.FromMinutes(minutes.Value.Value))
            : FieldRefusals.Wrong("minutes", "minutes of business time, at most two weeks");
    }
}

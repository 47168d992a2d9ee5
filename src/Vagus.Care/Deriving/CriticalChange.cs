using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>
/// A change between two measurements that a rule calls critical. Which of them came first is told by when they were measured: results
/// arrive in any order.
/// </summary>
/// <param name="Rule">By which it is critical.</param>
/// <param name="Other">The measurement on the other side of the change.</param>
/// <param name="IsLater">The other one was measured later.</param>
internal sealed record CriticalChange(CriticalDelta Rule, Candidate Other, bool IsLater)
{
    /// <summary>
    /// The change that took the shortest time: to the measurement from an earlier one, or else from it to a later one. Null: there is none.
    /// </summary>
    public static async ValueTask<CriticalChange?> Of(
        IReadOnlyList<CriticalDelta> rules, JsonElement measured, PatientId patient, Derivation derivation, CancellationToken cancel)
    {
        foreach (var isLater in (bool[])[false, true])
        {
            foreach (var rule in rules)
            {
                if (await Nearest(rule, measured, isLater, patient, derivation, cancel) is { } other)
                    return new CriticalChange(rule, other, isLater);
            }
        }

        return null;
    }

    /// <summary>
    /// What to say of the change; null where the two are no such numbers. The value that it led to is named where it is the other one's.
    /// </summary>
    public string? Judge(JsonElement measured, JsonElement other)
    {
        if (!IsLater) return Rule.Judge(other, measured);
        return Rule.Judge(measured, other) is { } said ? $"{said}, to {Rule.Spell(other)}" : null;
    }

    private static async ValueTask<Candidate?> Nearest(
        CriticalDelta rule, JsonElement measured, bool isLater, PatientId patient, Derivation derivation, CancellationToken cancel)
    {
        var instants = new Dictionary<string, DateTimeOffset?>(StringComparer.Ordinal);
        ValueTask<bool> Chooses(JsonElement other, RecordView peek)
        {
            var (earlier, later) = isLater ? (measured, other) : (other, measured);
            if (!rule.Precedes(earlier, later) || rule.Judge(earlier, later) is null) return new(false);
            instants[other.Id()] = CriticalDelta.InstantOf(other);
            return new(true);
        }

        var chosen = await derivation.OfPatient("Observation", patient, Chooses, cancel);
        return isLater ? chosen.MinBy(each => instants[each.Id]) : chosen.MaxBy(each => instants[each.Id]);
    }
}

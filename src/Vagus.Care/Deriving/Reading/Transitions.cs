using System.Text.Json;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving.Reading;

/// <summary>The differences between two versions that events are derived from.</summary>
internal static class Transitions
{
    // Not what the resource says, but about the copy of it.
    private static readonly HashSet<string> Bookkeeping = ["meta", "text", "id", "resourceType", "implicitRules"];

    /// <summary>
    /// The version after, when it is in a state that the version before was not in. A rule names the state by a key
    /// (null: not in any state of interest), so that moving from one such state to another counts as well.
    /// </summary>
    public static JsonElement? Entered(this ResourceChange change, Func<JsonElement, string?> state)
    {
        if (change.After is not { } after || state(after) is not { } now) return null;
        return change.Before is { } before && state(before) == now ? null : after;
    }

    /// <inheritdoc cref="Entered(ResourceChange, Func{JsonElement, string?})"/>
    public static JsonElement? Entered(this ResourceChange change, Func<JsonElement, bool> state) =>
        change.Entered(resource => state(resource) ? "" : null);

    /// <summary>The version before; null where it was about another patient, of whom nothing that was told holds for this one.</summary>
    public static JsonElement? SamePatientBefore(this ResourceChange change) =>
        change.Patient is { } patient && change.PatientsBefore.Contains(patient) ? change.Before : null;

    /// <summary>The version after, when the status became one of these from any other.</summary>
    public static JsonElement? BecameStatus(this ResourceChange change, params ReadOnlySpan<string> statuses) =>
        change.After is { } after && statuses.Contains(after.Status()) && change.Before?.Status() != after.Status() ? after : null;

    /// <summary>
    /// The names of the elements that an update changed; empty for a create, a delete, or an update of nothing but bookkeeping.
    /// </summary>
    public static IReadOnlyList<string> ChangedElements(this ResourceChange change)
    {
        if (change is not { Before: { ValueKind: JsonValueKind.Object } before, After: { ValueKind: JsonValueKind.Object } after })
            return [];

        var changed = new List<string>();
        foreach (var element in after.EnumerateObject())
        {
            if (Bookkeeping.Contains(element.Name)) continue;
            if (!before.TryGetProperty(element.Name, out var old) || !JsonElement.DeepEquals(old, element.Value)) changed.Add(element.Name);
        }

        changed.AddRange(
            before.EnumerateObject().Select(element => element.Name)
            .Where(name => !Bookkeeping.Contains(name) && !after.TryGetProperty(name, out _)));
        return changed;
    }
}

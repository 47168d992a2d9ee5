using System.Collections.Frozen;
using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Requests;

/// <summary>What narrows a subscription, as both gateways read it.</summary>
internal static class FilterFields
{
    /// <summary>The patients that a list names, or null where all that the caller may see are asked for: an empty list or none.</summary>
    public static Result<FrozenSet<string>?> Patients(this RequestFields fields, string name, int atMost)
    {
        var ids = fields.Texts(name, atMost);
        if (ids.IsRefused) return ids.Refusal!;
        return ids.Value is { Length: > 0 } ? ids.Value.ToFrozenSet(StringComparer.Ordinal) : (FrozenSet<string>?)null;
    }

    /// <summary>The wire names that a list of event names stands for, or null where there is no list.</summary>
    public static Result<FrozenSet<string>?> EventTypes(this RequestFields fields, string name, int atMost, bool kinds)
    {
        var words = fields.Texts(name, atMost);
        if (words.IsRefused) return words.Refusal!;
        if (words.Value is null) return (FrozenSet<string>?)null;

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var word in words.Value)
        {
            var before = names.Count;
            names.UnionWith(EventFilter.Expand(word, kinds));
            if (names.Count == before && !EventFilter.Expand(word, kinds).Any()) return Refusals.UnknownEventType(word);
        }

        return names.ToFrozenSet(StringComparer.Ordinal);
    }
}

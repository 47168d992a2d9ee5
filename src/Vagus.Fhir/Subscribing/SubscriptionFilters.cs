using Vagus.Fhir.R4.Definitions;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// From the filters of a Subscription to one search. The guide writes a filter as <c>name=value</c> or <c>Type.name=value</c>, its examples
/// as <c>Type?name=value</c>: all three are understood. Several filters all hold. No I/O.
/// </summary>
internal static class SubscriptionFilters
{
    private const string Where = "Subscription.criteria";

    /// <summary>Names the type where nothing else is asked.</summary>
    private const string TypeFilter = "_type";

    // What shapes a page of a search decides nothing about a change.
    private static readonly string[] Shaping = ["_count", "_sort", "_total", "_summary", "_elements", "_format", "_pretty", "_contained"];

    /// <summary>The search that finds what the subscription is about: <c>Observation?patient=1</c>.</summary>
    public static Result<string> SearchOf(IReadOnlyList<string> filters)
    {
        string? type = null;
        var query = new List<string>();
        foreach (var filter in filters)
        {
            var (named, rest) = Split(filter);
            if (named is not null && named != type && type is not null)
                return SubscriptionForm.No(Where, "The filters of a subscription are about one resource type.");
            type ??= named;
            query.AddRange(rest.Split('&', StringSplitOptions.RemoveEmptyEntries));
        }

        if (type is null || !R4Definitions.IsResourceType(type))
            return SubscriptionForm.No(Where, "A filter must name the resource type: Observation?patient=1, Observation.patient=1, or _type=Observation.");
        if (query.Exists(each => !each.Contains('=', StringComparison.Ordinal) || Shaping.Contains(each.Split('=', ':')[0])))
            return SubscriptionForm.No(Where, "A filter is a search parameter with a value.");
        return $"{type}?{string.Join('&', query)}";
    }

    private static (string? Type, string Query) Split(string filter)
    {
        // A question mark behind the first "=" is one of a value, as a system has it.
        var mark = filter.IndexOfAny(['?', '=']);
        if (mark >= 0 && filter[mark] == '?') return (filter[..mark], filter[(mark + 1)..]);
        if (!filter.Contains('=', StringComparison.Ordinal)) return (filter, "");
        if (filter.StartsWith($"{TypeFilter}=", StringComparison.Ordinal)) return (filter[(TypeFilter.Length + 1)..], "");
        var point = filter.IndexOf('.', StringComparison.Ordinal);
        // A point behind anything but a type is that of a chain.
        return point > 0 && R4Definitions.IsResourceType(filter[..point]) ? (filter[..point], filter[(point + 1)..]) : (null, filter);
    }
}

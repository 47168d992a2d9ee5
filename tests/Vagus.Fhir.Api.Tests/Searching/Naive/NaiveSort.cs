using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>The order of records by search parameters, worked out from their JSON: the least or the greatest value, none last.</summary>
internal static class NaiveSort
{
    // Grams, metres and seconds: what amounts of different units are compared in.
    private static readonly Dictionary<string, decimal> Bases = new(StringComparer.Ordinal)
    {
        ["mg"] = 0.001m, ["g"] = 1m, ["ug"] = 0.000001m, ["mm[Hg]"] = 133_322m, ["kPa"] = 1_000_000m,
    };

    /// <summary>References, and what the server itself gives, are left to tests of their own.</summary>
    public static bool Takes(SearchParameterDefinition parameter) =>
        parameter.Expression.Length > 0 && parameter.Code is not ("_id" or "_lastUpdated" or "deceased" or "_text" or "_content")
            && parameter.Kind is SearchParameterKind.String or SearchParameterKind.Token or SearchParameterKind.Date
                or SearchParameterKind.Number or SearchParameterKind.Quantity or SearchParameterKind.Uri;

    /// <summary>The ids of the records, which come in the order of their creation.</summary>
    public static List<string> Order(
        IEnumerable<JsonElement> records, string type, IReadOnlyList<(SearchParameterDefinition Parameter, bool Falls)> keys)
    {
        IOrderedEnumerable<JsonElement>? ordered = null;
        foreach (var (parameter, falls) in keys)
        {
            IComparable? Key(JsonElement record) => KeyOf(record, type, parameter, falls);
            var comparer = Comparer<IComparable?>.Create((one, other) => Compare(one, other, falls));
            ordered = ordered is null ? records.OrderBy(Key, comparer) : ordered.ThenBy(Key, comparer);
        }

        return [.. ordered!.Select(record => record.GetProperty("id").GetString()!)];
    }

    private static int Compare(IComparable? one, IComparable? other, bool falls)
    {
        if (one is null || other is null) return (one is null ? 1 : 0) - (other is null ? 1 : 0);
        var compared = one is string text ? string.CompareOrdinal(text, (string)other) : one.CompareTo(other);
        return falls ? -compared : compared;
    }

    private static IComparable? KeyOf(JsonElement record, string type, SearchParameterDefinition parameter, bool falls)
    {
        var keys = NaivePath.Find(record, parameter.Expression, type).SelectMany(found => KeysOf(found.Value, parameter)).ToList();
        if (parameter.Kind == SearchParameterKind.Quantity && keys.Exists(key => key.IsBase)) keys.RemoveAll(key => !key.IsBase);
        var comparer = Comparer<IComparable>.Create((one, other) => Compare(one, other, falls: false));
        var values = keys.ConvertAll(key => key.Value);
        return values.Count == 0 ? null : falls ? values.Max(comparer) : values.Min(comparer);
    }

    private static IEnumerable<(IComparable Value, bool IsBase)> KeysOf(JsonElement value, SearchParameterDefinition parameter) =>
        parameter.Kind switch
        {
            SearchParameterKind.String => NaiveMatch.TextsOf(value).Select(text => ((IComparable)NaiveMatch.Fold(text), false)),
            SearchParameterKind.Token => NaiveMatch.TokensOf(value).Select(token => ((IComparable)token.Code, false)),
            SearchParameterKind.Date => NaiveMatch.DateOf(value) is { } date ? [(date.Low.UtcTicks, false)] : [],
            SearchParameterKind.Uri => value.ValueKind == JsonValueKind.String ? [(value.GetString()!, false)] : [],
            _ => NaiveMatch.AmountOf(value) is not { } amount ? []
                : amount.System == "http://unitsofmeasure.org" && Bases.TryGetValue(amount.Code ?? "", out var factor)
                    ? [(amount.Low * factor ?? decimal.MinValue, true)] : [(amount.Low ?? decimal.MinValue, false)],
        };
}

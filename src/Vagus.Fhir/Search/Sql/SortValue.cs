using System.Globalization;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store.Index;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// What a resource is sorted by: a text whose letters are in the order of the values, from the keys of its index rows. A quantity is sorted
/// by its value in base units where UCUM tells them, and else as it was written.
/// </summary>
internal static class SortValue
{
    private const long NoText = 0;

    /// <summary>Null where the resource has no value.</summary>
    public static string? Of(List<IndexEntry>[] entries, SortParameter key)
    {
        var kind = KindOf(key);
        var parts = JoinedParameter.PartsOf(key.Parameter ?? 0);
        var ofKey = entries[kind].FindAll(entry => parts.Contains(entry.Parameter) && IsSorted(entry, IndexKind.All[kind]));
        if (IndexKind.All[kind] is QuantityIndex && ofKey.Exists(QuantityIndex.IsCanonical))
            ofKey = ofKey.FindAll(QuantityIndex.IsCanonical);
        var values = ofKey.Select(entry => Of(entry, IndexKind.All[kind]));
        return key.Falls ? values.Max(CodePointOrder.Instance) : values.Min(CodePointOrder.Instance);
    }

    public static string Of(long number) => string.Create(CultureInfo.InvariantCulture, $"{unchecked((ulong)number) ^ (1UL << 63):D20}");

    public static long NumberOf(string value) =>
        unchecked((long)(ulong.Parse(value, CultureInfo.InvariantCulture) ^ (1UL << 63)));

    private static string Of(IndexEntry entry, IndexKind kind) => kind switch
    {
        StringIndex => (string)entry.Key[2],
        DateIndex => Of((long)entry.Key[1]),
        AmountIndex => (string)entry.Key[2],
        _ => (string)entry.Key[1],
    };

    // A text that people read in place of a code, and an identifier under its type, are no codes; a part of a name is no name.
    private static bool IsSorted(IndexEntry entry, IndexKind kind) => kind switch
    {
        TokenIndex => (long)entry.Key[2] >= NoText,
        StringIndex => StringIndex.IsValue(entry),
        _ => true,
    };

    private static int KindOf(SortParameter key)
    {
        for (var kind = 0; kind < IndexKind.All.Count; kind++)
            if (IndexKind.All[kind].ParameterKind == key.Kind) return kind;
        throw new ArgumentOutOfRangeException(nameof(key));
    }
}

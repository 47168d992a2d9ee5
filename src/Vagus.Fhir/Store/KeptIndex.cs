using System.Globalization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Store.Index;

namespace Vagus.Fhir.Store;

/// <summary>
/// What a resource's own row keeps of its index rows: their keys, and for <c>:missing</c> the parameters of which it has rows, each with
/// its kind: <c> 0:12 1:45 </c>. The identifier of a reference is a token under the reference's parameter, which does not count there.
/// </summary>
internal readonly record struct KeptIndex(byte[]? Keys, string Parameters)
{
    public static KeptIndex Of(List<IndexEntry>[] entries)
    {
        var names = entries.SelectMany((rows, kind) => rows.Select(entry => NameOf(kind, entry.Parameter)));
        return new KeptIndex(ResourceKeys.Write(entries), string.Concat(names.Distinct(StringComparer.Ordinal).Prepend(" ")));
    }

    /// <summary>What <c>like</c> finds a parameter by in <see cref="Parameters"/>.</summary>
    public static string PatternOf(SearchKind kind, long parameter)
    {
        for (var index = 0; index < IndexKind.All.Count; index++)
            if (IndexKind.All[index].Kind == kind) return $"% {NameOf(index, parameter)}%";
        throw new ArgumentOutOfRangeException(nameof(kind));
    }

    /// <summary>With the blank that ends it.</summary>
    private static string NameOf(int kind, long parameter) => string.Create(CultureInfo.InvariantCulture, $"{kind}:{parameter} ");
}

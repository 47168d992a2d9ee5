using System.Globalization;
using System.Text;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Store.Index;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// What a resource's own row keeps of its index rows: their keys, and for <c>:missing</c> the parameters of which it has rows, each with
/// its kind: <c> 0:12 1:45 </c>. The identifier of a reference is a token under the reference's parameter, which does not count there.
/// </summary>
internal readonly record struct KeptIndex(byte[]? Keys, string Parameters)
{
    public static KeptIndex Of(List<IndexEntry>[] entries) => new(ResourceKeys.Write(entries), NamesOf(entries));

    /// <summary>Makes it what the resource's row holds, where no version comes with it.</summary>
    public ValueTask Keep(WriteTransaction write, long type, long rid, CancellationToken cancel) =>
        write.Queue(Update, [Parameters, Keys, type, rid], cancel);

    /// <summary>What <c>like</c> finds a parameter by in <see cref="Parameters"/>.</summary>
    public static string PatternOf(SearchKind kind, long parameter)
    {
        for (var index = 0; index < IndexKind.All.Count; index++)
            if (IndexKind.All[index].Kind == kind) return $"% {NameOf(index, parameter)}%";
        throw new ArgumentOutOfRangeException(nameof(kind));
    }

    // In the lane, for every resource: each parameter is named once and not once per row.
    private static string NamesOf(List<IndexEntry>[] entries)
    {
        var names = new StringBuilder(" ", 96);
        var named = new List<long>();
        for (var kind = 0; kind < entries.Length; kind++)
        {
            named.Clear();
            foreach (var entry in entries[kind])
            {
                if (named.Contains(entry.Parameter)) continue;
                named.Add(entry.Parameter);
                names.Append(NameOf(kind, entry.Parameter));
            }
        }

        return names.ToString();
    }

    /// <summary>With the blank that ends it.</summary>
    private static string NameOf(int kind, long parameter) => string.Create(CultureInfo.InvariantCulture, $"{kind}:{parameter} ");

    private static readonly Statement Update = new("""
        update fhir_resource
        set params = @params, index_keys = @index_keys
        where type_number = @type_number
          and rid = @rid
        """);
}

using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// What the links inside a transaction become: the fullUrl of an entry turns into its <c>Type/id</c>, a conditional reference
/// (<c>Patient?identifier=…</c>) into the one resource that it finds.
/// </summary>
internal sealed class TransactionLinks(OwnBases own)
{
    private const string History = "/_history/";
    private readonly Dictionary<string, string> targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int?> entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> created = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> conditions = new(StringComparer.Ordinal);

    /// <summary>The index of the entry whose links are rewritten, for refusals.</summary>
    public int? Entry { get; set; }

    /// <summary>The entry in which a conditional reference was met first.</summary>
    public int? EntryOf(string condition) => entries.GetValueOrDefault(condition);

    /// <summary>The first link that names an entry which is not there; null when all resolve.</summary>
    public Refusal? Dangling { get; private set; }

    /// <summary>Conditional references met so far and not looked up yet.</summary>
    public IEnumerable<string> Unresolved =>
        conditions.Where(condition => condition.Value is null).Select(condition => condition.Key).ToList();

    /// <summary>False when another entry has the same fullUrl.</summary>
    /// <param name="fullUrl">The entry's.</param>
    /// <param name="target">What it becomes, as <c>Type/id</c>.</param>
    /// <param name="isNew">The resource gets its id, and so its first version, by this transaction.</param>
    public bool TryAdd(string fullUrl, string target, bool isNew)
    {
        if (isNew) created.Add(target);
        return targets.TryAdd(fullUrl, target);
    }

    public void Resolve(string condition, string target) => conditions[condition] = target;

    /// <summary>
    /// The rewrite for the links of one entry: a relative reference is resolved against the place that its fullUrl says the entry came
    /// from.
    /// </summary>
    public LinkRewrite Within(string? fullUrl)
    {
        var root = fullUrl is null ? null : ReferenceText.Parse(fullUrl).Base;
        return root is null ? Rewrite : (kind, link) => Beside(root, kind, link) ?? Rewrite(kind, link);
    }

    public string? Rewrite(LinkKind kind, ReadOnlySpan<char> link)
    {
        var lookup = targets.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(link, out var target)) return target;
        if (OfVersion(link) is { } versioned) return versioned;
        if (kind != LinkKind.Reference) return null;
        if (link.StartsWith("urn:", StringComparison.Ordinal))
        {
            Dangling ??= FhirRefusals.Unprocessable($"{FhirRefusals.InEntry(Entry)}a reference names a urn: that is no entry's fullUrl.");
            return null;
        }

        var search = own.Relative(link) is { IsEmpty: false } below ? below : link;
        return ConditionalReference.Is(search) ? Conditional(search.ToString()) : null;
    }

    private string? Beside(string root, LinkKind kind, ReadOnlySpan<char> link)
    {
        if (kind != LinkKind.Reference || ReferenceText.TypeOf(link) is null) return null;
        var absolute = $"{root}/{link}";
        return targets.GetValueOrDefault(absolute) ?? OfVersion(absolute);
    }

    /// <summary>
    /// A reference to a version stays one (R4 §3.1.0.11.2): a resource that is created has the first, and of one that is updated the
    /// number stays.
    /// </summary>
    private string? OfVersion(ReadOnlySpan<char> link)
    {
        var history = link.IndexOf(History);
        if (history < 0) return null;
        var lookup = targets.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(link[..history], out var target)) return null;
        return created.Contains(target) ? $"{target}{History}1" : $"{target}{link[history..]}";
    }

    private string? Conditional(string condition)
    {
        if (conditions.TryGetValue(condition, out var target)) return target;
        conditions.Add(condition, null);
        entries[condition] = Entry;
        return null;
    }
}

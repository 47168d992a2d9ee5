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
    private readonly Dictionary<string, string> targets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> conditions = new(StringComparer.Ordinal);

    /// <summary>The first link that names an entry which is not there; null when all resolve.</summary>
    public Refusal? Dangling { get; private set; }

    /// <summary>Conditional references met so far and not looked up yet.</summary>
    public IEnumerable<string> Unresolved =>
        conditions.Where(condition => condition.Value is null).Select(condition => condition.Key).ToList();

    /// <summary>False when another entry has the same fullUrl.</summary>
    public bool TryAdd(string fullUrl, string target) => targets.TryAdd(fullUrl, target);

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
        if (kind != LinkKind.Reference) return null;
        if (link.StartsWith("urn:", StringComparison.Ordinal))
        {
            Dangling ??= FhirRefusals.Unprocessable("A reference names a urn: that is no entry's fullUrl.");
            return null;
        }

        var search = own.Relative(link) is { IsEmpty: false } below ? below : link;
        return ConditionalReference.Is(search) ? Conditional(search.ToString()) : null;
    }

    private string? Beside(string root, LinkKind kind, ReadOnlySpan<char> link) =>
        kind == LinkKind.Reference && ReferenceText.TypeOf(link) is not null ? targets.GetValueOrDefault($"{root}/{link}") : null;

    private string? Conditional(string condition)
    {
        if (!conditions.TryGetValue(condition, out var target)) conditions.Add(condition, null);
        return target;
    }
}

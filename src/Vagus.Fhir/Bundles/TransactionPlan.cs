using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// Everything about a transaction that can be worked out before it has its turn in the lane: ids, links, conditions, prepared resources.
/// Conditions were looked up in passing; <see cref="StillHolds"/> asks again inside the write, and when one differs the plan is made anew.
/// </summary>
internal sealed class TransactionPlan
{
    private readonly List<(Condition Condition, string? Found)> looked = [];
    private Dictionary<string, HashSet<string>> deleted = [];

    /// <summary>
    /// By index of the entry: what to write. Absent for deletes and reads, and for a conditional create that found its resource.
    /// </summary>
    public Dictionary<int, PreparedResource> Resources { get; } = [];

    /// <summary>By index of the entry: the id of the resource that a conditional create found.</summary>
    public Dictionary<int, string> Existing { get; } = [];

    public static async ValueTask<Result<TransactionPlan>> Make(
        FhirCall call, IReadOnlyList<BundleEntry> entries, FhirReads reads, IdSource ids)
    {
        var plan = new TransactionPlan
        {
            deleted = entries
                .Where(entry => entry.Method == "DELETE")
                .GroupBy(entry => entry.Type, StringComparer.Ordinal)
                .ToDictionary(
                    type => type.Key, type => type.Select(entry => entry.Id!).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal),
        };
        var links = new TransactionLinks(call.Own);
        var made = new Dictionary<int, string>();
        if (await plan.GiveIds(call, entries, reads, ids, links, made) is { } refused) return refused;
        if (plan.Prepare(call, entries, made, links) is { } unwritable) return unwritable;
        if (links.Unresolved.Any())
        {
            if (await plan.LookUp(call, reads, links) is { } missing) return missing;
            if (plan.Prepare(call, entries, made, links) is { } rewritten) return rewritten;
        }

        return links.Dangling is { } dangling ? dangling : plan;
    }

    /// <summary>True when every condition finds inside the write what it found before.</summary>
    public async ValueTask<bool> StillHolds(FhirCall call, FhirReads reads)
    {
        foreach (var (condition, found) in looked)
        {
            var now = await condition.Find(call, reads, deleted);
            if (now.IsRefused || now.Value != found) return false;
        }

        return true;
    }

    private async ValueTask<Refusal?> GiveIds(
        FhirCall call, IReadOnlyList<BundleEntry> entries, FhirReads reads, IdSource ids, TransactionLinks links,
        Dictionary<int, string> made)
    {
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Method == "GET") continue;
            if (entry.Method == "POST" && entry.IfNoneExist is { } query)
            {
                var condition = Condition.OfIfNoneExist(entry.Type, query);
                if (looked.Any(other => other.Condition == condition))
                    return FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] has the same ifNoneExist as another entry.");
                var found = await condition.Find(call, reads, deleted);
                if (found.Refusal is { } refused) return refused;
                looked.Add((condition, found.Value));
                if (found.Value is { } existing) Existing[entry.Index] = existing;
            }

            var isFound = Existing.TryGetValue(entry.Index, out var known);
            var id = known ?? entry.Id ?? ids.NewId();
            var target = $"{entry.Type}/{id}";
            if (!isFound && !written.Add(target))
                return FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] names the same resource as another entry.");
            if (entry.FullUrl is { } fullUrl && entry.Method != "DELETE" && !links.TryAdd(fullUrl, target))
                return FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] has the fullUrl of another entry.");
            made[entry.Index] = id;
        }

        return null;
    }

    private Refusal? Prepare(FhirCall call, IReadOnlyList<BundleEntry> entries, Dictionary<int, string> made, TransactionLinks links)
    {
        foreach (var entry in entries)
        {
            if (entry.Method is not ("POST" or "PUT") || Existing.ContainsKey(entry.Index)) continue;
            var rewrite = links.Within(entry.FullUrl);
            var resource = ResourcePreparation.OfValidEntry(
                call, entry.Writing, entry.Type, made[entry.Index], entry.Resource, rewrite);
            if (resource.Refusal is { } refused) return refused;
            Resources[entry.Index] = resource.Value;
        }

        return null;
    }

    private async ValueTask<Refusal?> LookUp(FhirCall call, FhirReads reads, TransactionLinks links)
    {
        foreach (var reference in links.Unresolved)
        {
            var condition = Condition.OfReference(reference);
            var found = await condition.Find(call, reads, deleted);
            if (found.Refusal is { } refused) return refused;
            if (found.Value is not { } id) return FhirRefusals.NoMatch(condition.Type);
            looked.Add((condition, id));
            links.Resolve(reference, $"{condition.Type}/{id}");
        }

        return null;
    }
}

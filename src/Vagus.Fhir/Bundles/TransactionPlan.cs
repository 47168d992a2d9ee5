using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Sql;

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

    /// <summary>By index of the entry: the resource that a conditional create found.</summary>
    public Dictionary<int, string> Existing { get; } = [];

    public static async ValueTask<Result<TransactionPlan>> Make(
        FhirRequest request, IReadOnlyList<BundleEntry> entries, IRunQueries queries, IdSource ids)
    {
        var plan = new TransactionPlan
        {
            deleted = entries
                .Where(entry => entry.Method == "DELETE")
                .GroupBy(entry => entry.Type, StringComparer.Ordinal)
                .ToDictionary(
                    type => type.Key, type => type.Select(entry => entry.Id!).ToHashSet(StringComparer.Ordinal), StringComparer.Ordinal),
        };
        var links = new TransactionLinks(request.Own);
        var made = new Dictionary<int, string>();
        if (await plan.GiveIds(request, entries, queries, ids, links, made) is { } refused) return refused;
        plan.Prepare(request, entries, made, links);
        if (links.Unresolved.Any())
        {
            if (await plan.LookUp(request, queries, links) is { } missing) return missing;
            plan.Prepare(request, entries, made, links);
        }

        if (links.Dangling is { } dangling) return dangling;
        foreach (var resource in plan.Resources.Values)
        {
            if (WriteRules.Refuse(request.Caller, resource) is { } forbidden) return forbidden;
        }

        return plan;
    }

    /// <summary>True when every condition finds inside the write what it found before.</summary>
    public async ValueTask<bool> StillHolds(FhirRequest request, IRunQueries queries, CancellationToken cancel)
    {
        foreach (var (condition, found) in looked)
        {
            var now = await condition.Find(queries, request, deleted, cancel);
            if (now.IsRefused || now.Value != found) return false;
        }

        return true;
    }

    private async ValueTask<Refusal?> GiveIds(
        FhirRequest request, IReadOnlyList<BundleEntry> entries, IRunQueries queries, IdSource ids, TransactionLinks links, Dictionary<int,
            string> made)
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
                var found = await condition.Find(queries, request, deleted, request.Cancel);
                if (found.Refusal is { } refused) return refused;
                looked.Add((condition, found.Value));
                if (found.Value is { } existing) Existing[entry.Index] = existing;
            }

            var target = Existing.TryGetValue(entry.Index, out var known) ? known : $"{entry.Type}/{entry.Id ?? ids.NewId()}";
            if (known is null && !written.Add(target))
                return FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] names a resource that another entry names too.");
            if (entry.FullUrl is { } fullUrl && entry.Method != "DELETE" && !links.TryAdd(fullUrl, target))
                return FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] has the fullUrl of another entry.");
            made[entry.Index] = target[(entry.Type.Length + 1)..];
        }

        return null;
    }

    private void Prepare(FhirRequest request, IReadOnlyList<BundleEntry> entries, Dictionary<int, string> made, TransactionLinks links)
    {
        foreach (var entry in entries)
        {
            if (entry.Method is not ("POST" or "PUT") || Existing.ContainsKey(entry.Index)) continue;
            var rewrite = links.Within(entry.FullUrl);
            Resources[entry.Index] = ResourcePreparation.Prepare(entry.Resource, entry.Type, made[entry.Index], request.Own, rewrite);
        }
    }

    private async ValueTask<Refusal?> LookUp(FhirRequest request, IRunQueries queries, TransactionLinks links)
    {
        foreach (var reference in links.Unresolved)
        {
            var condition = Condition.OfReference(reference);
            var found = await condition.Find(queries, request, deleted, request.Cancel);
            if (found.Refusal is { } refused) return refused;
            if (found.Value is not { } target) return FhirRefusals.NoMatch(condition.Type);
            looked.Add((condition, target));
            links.Resolve(reference, target);
        }

        return null;
    }
}

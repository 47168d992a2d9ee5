using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// The order in which the entries of a transaction are run: R4's (deletes, creates, updates and patches, reads), but a Provenance comes
/// after all other writes and after the Provenances that it is about. It takes over the labels of its targets, so they must be in.
/// </summary>
internal static class TransactionOrder
{
    private static int RankOf(BundleEntry entry) => entry.Method switch
    {
        "DELETE" => 0,
        "POST" => 1,
        "PUT" or "PATCH" => 2,
        _ => 3,
    };

    public static IEnumerable<BundleEntry> Of(IReadOnlyList<BundleEntry> entries, IReadOnlyDictionary<int, PreparedResource> resources)
    {
        var ordered = entries.OrderBy(RankOf).ToList();
        var provenances = ordered.FindAll(IsProvenance);
        if (provenances.Count == 0) return ordered;
        return
        [
            .. ordered.Where(entry => entry.Method != "GET" && !IsProvenance(entry)),
            .. ByTargets(provenances, resources),
            .. ordered.Where(entry => entry.Method == "GET"),
        ];

        bool IsProvenance(BundleEntry entry) => entry.Type == "Provenance" && resources.ContainsKey(entry.Index);
    }

    // Linear in the entries: a client decides how many there are.
    private static List<BundleEntry> ByTargets(List<BundleEntry> provenances, IReadOnlyDictionary<int, PreparedResource> resources)
    {
        var here = provenances.Select(IdOf).ToHashSet(StringComparer.Ordinal);
        var targets = provenances.ToDictionary(entry => entry.Index, TargetsOf);
        var waiting = provenances
            .SelectMany(entry => targets[entry.Index], (entry, target) => (Target: target, Entry: entry))
            .ToLookup(each => each.Target, each => each.Entry, StringComparer.Ordinal);
        var missing = targets.ToDictionary(each => each.Key, each => each.Value.Count);
        var ready = new Queue<BundleEntry>(provenances.Where(entry => missing[entry.Index] == 0));
        var ordered = new List<BundleEntry>(provenances.Count);
        while (ready.TryDequeue(out var next))
        {
            ordered.Add(next);
            foreach (var later in waiting[IdOf(next)])
            {
                if (--missing[later.Index] == 0) ready.Enqueue(later);
            }
        }

        // Those that are about each other in a ring keep their order.
        ordered.AddRange(provenances.Where(entry => missing[entry.Index] > 0));
        return ordered;

        string IdOf(BundleEntry entry) => resources[entry.Index].Id;

        HashSet<string> TargetsOf(BundleEntry entry) => ProvenanceLabels.TargetsOf(resources[entry.Index])
            .Where(target => target.Type == "Provenance" && here.Contains(target.Id))
            .Select(target => target.Id)
            .ToHashSet(StringComparer.Ordinal);
    }
}

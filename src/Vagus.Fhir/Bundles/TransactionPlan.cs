using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Fhir.R4.Json;
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
    private readonly List<(Condition Condition, int Most, bool Deletes, IReadOnlyList<string> Found)> looked = [];
    private static readonly Dictionary<string, HashSet<string>> Nothing = [];
    private readonly Dictionary<string, HashSet<string>> deleted = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> ids = [];

    /// <summary>
    /// By index of the entry: what to write. Absent for deletes, patches and reads, and for a conditional create that found its resource.
    /// </summary>
    public Dictionary<int, PreparedResource> Resources { get; } = [];

    /// <summary>By index of the entry: the id of the resource that a conditional create found.</summary>
    public Dictionary<int, string> Existing { get; } = [];

    /// <summary>By index of the entry: what a delete deletes.</summary>
    public Dictionary<int, IReadOnlyList<string>> Deletions { get; } = [];

    /// <summary>By index of the entry: a conditional update that found nothing creates, and overwrites no resource of that id.</summary>
    public HashSet<int> Creating { get; } = [];

    /// <summary>What the links of the entry become.</summary>
    public required TransactionLinks Links { get; init; }

    /// <summary>The id that the entry of this index is about.</summary>
    public string IdOf(BundleEntry entry) => ids[entry.Index];

    /// <param name="call">The caller's.</param>
    /// <param name="entries">All of the transaction.</param>
    /// <param name="reads">Outside of the write.</param>
    /// <param name="source">Of new ids.</param>
    /// <param name="mostSearches">Of the transaction.</param>
    /// <param name="isAlone">The one entry is no transaction, so that a conditional reference in it is not resolved.</param>
    public static async ValueTask<Result<TransactionPlan>> Make(
        FhirCall call, IReadOnlyList<BundleEntry> entries, FhirReads reads, IdSource source, int mostSearches, bool isAlone)
    {
        var plan = new TransactionPlan { Links = new TransactionLinks(call.Own) };
        if (TransactionSearches.TooMany(entries, plan.Links, mostSearches) is { } tooMany) return tooMany;
        if (await plan.FindDeletions(call, entries, reads) is { } undecided) return undecided;
        if (await plan.GiveIds(call, entries, reads, source) is { } refused) return refused;
        if (plan.Prepare(call, entries) is { } unwritable) return unwritable;
        if (!isAlone && plan.Links.Unresolved.Any())
        {
            if (TransactionSearches.TooMany(entries, plan.Links, mostSearches) is { } above) return above;
            if (await plan.LookUp(call, reads) is { } missing) return missing;
            if (plan.Prepare(call, entries) is { } rewritten) return rewritten;
        }

        return plan.Links.Dangling is { } dangling ? dangling : plan;
    }

    /// <summary>True when every condition finds inside the write what it found before.</summary>
    public async ValueTask<bool> StillHolds(FhirCall call, FhirReads reads)
    {
        foreach (var (condition, most, deletes, found) in looked)
        {
            var now = await condition.Find(call, reads, deletes ? Nothing : deleted, most);
            if (now.IsRefused || !now.Value.SequenceEqual(found, StringComparer.Ordinal)) return false;
        }

        return true;
    }

    // Deletions come first (R4 §3.1.0.11.2): what they take, no other condition finds.
    private async ValueTask<Refusal?> FindDeletions(FhirCall call, IReadOnlyList<BundleEntry> entries, FhirReads reads)
    {
        foreach (var entry in entries.Where(entry => entry.Method == "DELETE"))
        {
            IReadOnlyList<string> found = entry.Id is { } id ? [id] : [];
            if (Condition.Of(entry) is { } condition)
            {
                var most = MostOf(entry);
                if (most.Refusal is { } malformed) return malformed;
                var matches = await Look(call, reads, condition, most.Value, deletes: true);
                if (matches.Refusal is { } refused) return refused;
                found = matches.Value;
            }

            Deletions[entry.Index] = found;
        }

        foreach (var entry in entries.Where(entry => entry.Method == "DELETE"))
        {
            if (!deleted.TryGetValue(entry.Type, out var ofType)) deleted[entry.Type] = ofType = new(StringComparer.Ordinal);
            foreach (var id in Deletions[entry.Index])
            {
                if (!ofType.Add(id)) return Twice(entry);
            }
        }

        return null;
    }

    private async ValueTask<Refusal?> GiveIds(
        FhirCall call, IReadOnlyList<BundleEntry> entries, FhirReads reads, IdSource source)
    {
        var written = deleted.SelectMany(type => type.Value, (type, id) => $"{type.Key}/{id}").ToHashSet(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Method is "GET" or "DELETE") continue;
            var id = await IdFor(call, entry, reads, source);
            if (id.Refusal is { } refused) return refused;
            ids[entry.Index] = id.Value;
            var target = $"{entry.Type}/{id.Value}";
            if (!Existing.ContainsKey(entry.Index) && !written.Add(target)) return Twice(entry);
            var isNew = entry.Method == "POST" && !Existing.ContainsKey(entry.Index);
            if (entry.FullUrl is { } fullUrl && !Links.TryAdd(fullUrl, target, isNew))
                return FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] has the fullUrl of another entry.");
        }

        return null;
    }

    private async ValueTask<Result<string>> IdFor(FhirCall call, BundleEntry entry, FhirReads reads, IdSource source)
    {
        if (Condition.Of(entry) is not { } condition) return entry.Id ?? source.NewId();
        if (looked.Exists(other => !other.Deletes && other.Condition == condition))
            return FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] has the same condition as another entry.");
        var matches = await Look(call, reads, condition, most: 1);
        if (matches.Refusal is { } refused) return refused;
        var found = matches.Value.Count == 0 ? null : matches.Value[0];
        if (entry.Method == "PATCH") return found is null ? FhirRefusals.NothingToPatch : found;
        if (entry.Method == "POST" && found is not null) return Existing[entry.Index] = found;
        var sent = entry.Method == "PUT" ? PropertyText.Of(entry.Resource, "id"u8) : null;
        if (found is not null) return sent is null || sent == found ? found : FhirRefusals.OtherIdThanMatch;
        if (entry.Method == "PUT") Creating.Add(entry.Index);
        if (sent is not null && !ResourceId.IsValid(sent)) return ResourceId.Invalid;
        return sent ?? source.NewId();
    }

    private async ValueTask<Result<IReadOnlyList<string>>> Look(
        FhirCall call, FhirReads reads, Condition condition, int most, bool deletes = false)
    {
        var found = await condition.Find(call, reads, deletes ? Nothing : deleted, most);
        if (!found.IsRefused) looked.Add((condition, most, deletes, found.Value));
        return found;
    }

    private Refusal? Prepare(FhirCall call, IReadOnlyList<BundleEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Method is not ("POST" or "PUT") || Existing.ContainsKey(entry.Index)) continue;
            Links.Entry = entry.Index;
            var resource = ResourcePreparation.OfValidEntry(
                call, entry.Writing, entry.Type, ids[entry.Index], entry.Resource, Links.Within(entry.FullUrl));
            if (resource.Refusal is { } refused) return refused;
            Resources[entry.Index] = resource.Value;
        }

        return null;
    }

    private async ValueTask<Refusal?> LookUp(FhirCall call, FhirReads reads)
    {
        foreach (var reference in Links.Unresolved)
        {
            var condition = Condition.OfReference(reference);
            var found = await Look(call, reads, condition, most: 1);
            if (found.Refusal is { } refused) return refused;
            if (found.Value is not [var id]) return FhirRefusals.NoMatch(Links.EntryOf(reference), condition.Type);
            Links.Resolve(reference, $"{condition.Type}/{id}");
        }

        return null;
    }

    private static Result<int> MostOf(BundleEntry entry)
    {
        foreach (var pair in new QueryStringEnumerable(entry.Query))
        {
            if (!pair.DecodeName().Span.SequenceEqual("_count")) continue;
            return int.TryParse(pair.DecodeValue().Span, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                && count is > 0 and <= FhirTransaction.MostDeleted
                ? count
                : FhirRefusals.Invalid($"The _count of a conditional delete is from 1 to {FhirTransaction.MostDeleted}.");
        }

        return 1;
    }

    private static Refusal Twice(BundleEntry entry) =>
        FhirRefusals.Invalid($"Bundle.entry[{entry.Index}] names the same resource as another entry.");
}

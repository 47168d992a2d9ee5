using Vagus.Access.Audit;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// A batch: each entry succeeds or fails alone. Entries do not depend on each other (R4 §3.1.0.11.1), so they run side by side.
/// Searches, those of conditions among them, have turns: a batch of costly searches does not hold up other callers.
/// </summary>
internal sealed class RunBatch(
    FhirReads reads, CostlySearches turns, FhirWrites writes, RunTransaction conditional, AuditTrail audit, IdSource ids)
{
    public const int SideBySide = 16;

    public async Task<FhirResponse> Run(FhirCall call, IReadOnlyList<Result<BundleEntry>> entries, Return? returning)
    {
        var results = new EntryResult[entries.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = call.Cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, entries.Count), limits, async (index, _) =>
        {
            var result = entries[index].Refusal is { } flaw ? flaw : await One(call, entries[index].Value);
            results[index] = result.Refusal is { } refused ? await Refuse(call, entries[index], refused) : result.Value;
        });
        return BundleResponse.Write("batch-response", results, returning);
    }

    /// <summary>The entry is answered as refused when the audit has it.</summary>
    private async ValueTask<EntryResult> Refuse(FhirCall call, Result<BundleEntry> entry, Refusal refusal)
    {
        if (refusal.Kind == RefusalKind.Unavailable) return EntryResult.Refused(refusal);
        var (action, target) = entry.IsRefused ? (AuditActions.Batch, null) : (ActionOf(entry.Value), TargetOf(entry.Value));
        var record = audit.Append(call.Caller.Tenant, FhirEntries.OfRefusal(call, action, target, refusal));
        return EntryResult.Refused(await record ?? refusal);
    }

    private static string? TargetOf(BundleEntry entry) => FhirEntries.Target(entry.Type, entry.Id);

    private static string ActionOf(BundleEntry entry) => entry.Method switch
    {
        "GET" when entry.Id is null => AuditActions.Search,
        "GET" => entry.Version is null ? AuditActions.Read : AuditActions.ReadVersion,
        "DELETE" => AuditActions.Delete,
        "PUT" or "PATCH" => AuditActions.Update,
        _ => AuditActions.Create,
    };

    private async ValueTask<Result<EntryResult>> One(FhirCall call, BundleEntry entry) => entry.Method switch
    {
        "GET" when entry.Id is not null => await ReadEntry.Run(call, entry, reads),
        "GET" => await Search(call, entry),
        _ when Condition.Of(entry) is { } condition => await Decide(call, entry, condition),
        "PATCH" => await Patch(call, entry),
        "DELETE" => await Delete(call, entry),
        _ => await Store(call, entry),
    };

    private async ValueTask<Result<EntryResult>> Search(FhirCall call, BundleEntry entry)
    {
        using var turn = await turns.Turn(call.Caller, call.Cancel);
        return turn.IsAcquired ? await ReadEntry.Run(call, entry, reads) : CostlySearches.TooMany;
    }

    private async ValueTask<Result<EntryResult>> Decide(FhirCall call, BundleEntry entry, Condition condition)
    {
        using var turn = await turns.Turn(call.Caller, call.Cancel);
        if (!turn.IsAcquired) return CostlySearches.TooMany;
        // The write asks the condition again. The turn of a look-up ends before it, so that the writes of a batch share their commits; that
        // of a search lasts, so that two of one user at most stand in the way of the organization's other writes.
        return await conditional.One(call, entry, untilPlanned: condition.IsLookUp ? turn : null);
    }

    private async ValueTask<Result<EntryResult>> Delete(FhirCall call, BundleEntry entry)
    {
        var deleted = await writes.Delete(call, entry.Type, entry.Id!, entry.IfMatch);
        return deleted.Refusal is { } refused ? refused : EntryResult.Deleted(deleted.Value);
    }

    private async ValueTask<Result<EntryResult>> Patch(FhirCall call, BundleEntry entry)
    {
        if (entry is not { Patch: { } change, Id: { } id }) return FhirRefusals.UnsupportedPatch;
        var patched = await writes.Patch(call, new PatchOfResource(entry.Type, id, change) { IfMatch = entry.IfMatch });
        return patched.Refusal is { } refused ? refused : EntryResult.Written(call, patched.Value);
    }

    private async ValueTask<Result<EntryResult>> Store(FhirCall call, BundleEntry entry)
    {
        var links = new TransactionLinks(call.Own);
        var resource = ResourcePreparation.OfEntry(
            call, entry.Writing, entry.Type, entry.Id ?? ids.NewId(), entry.Resource, links.Rewrite);
        if (resource.Refusal is { } invalid) return invalid;
        if (links.Dangling is { } dangling) return dangling;

        var stored = entry.Method == "PUT"
            ? await writes.Put(call, resource.Value, entry.Condition)
            : await writes.Create(call, resource.Value);
        return stored.Refusal is { } refused ? refused : EntryResult.Written(call, stored.Value);
    }
}

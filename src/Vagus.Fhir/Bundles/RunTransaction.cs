using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// A transaction: all entries or none, in R4's order (deletes, creates, updates, reads), in one write with all their events.
/// </summary>
internal sealed class RunTransaction(FhirReads reads, FhirWrites writes, IdSource ids)
{
    private const int PlansAtMost = 3;

    public async Task<FhirResponse> Run(FhirCall call, IReadOnlyList<BundleEntry> entries)
    {
        for (var attempt = 1; ; attempt++)
        {
            var plan = await TransactionPlan.Make(call, entries, reads, ids);
            if (plan.Refusal is { } flaw) return FhirResponses.Refuse(flaw);
            var results = await writes.Run<EntryResult[]>(call, transaction => Run(call, entries, plan.Value, transaction));
            if (results.Refusal is not { } refused) return BundleResponse.Write("transaction-response", results.Value);
            if (refused != PlanOutdated || attempt == PlansAtMost) return FhirResponses.Refuse(refused);
        }
    }

    private async ValueTask<Result<EntryResult[]>> Run(
        FhirCall call, IReadOnlyList<BundleEntry> entries, TransactionPlan plan, FhirTransaction transaction)
    {
        // The turn may be taken again: what its reads spend counts for this time alone.
        call = call with { Bodies = call.Bodies.Copy() };
        var readsWithin = reads.Within(transaction);
        if (!await plan.StillHolds(call, readsWithin)) return PlanOutdated;
        var results = new EntryResult[entries.Count];
        foreach (var entry in TransactionOrder.Of(entries, plan.Resources))
        {
            var result = entry.Method switch
            {
                "GET" => await ReadEntry.Run(call, entry, readsWithin),
                "DELETE" => await Delete(entry, transaction),
                _ when plan.Existing.TryGetValue(entry.Index, out var id) => await Find(call, entry.Type, id, transaction),
                _ => await Store(call, entry, plan.Resources[entry.Index], transaction),
            };
            if (result.Refusal is { } refused) return refused;
            results[entry.Index] = result.Value;
        }

        return results;
    }

    private static async ValueTask<Result<EntryResult>> Delete(BundleEntry entry, FhirTransaction transaction)
    {
        var deleted = await transaction.Delete(entry.Type, entry.Id!, entry.IfMatch);
        return deleted.Refusal is { } refused ? refused : EntryResult.Deleted(deleted.Value);
    }

    private static async ValueTask<Result<EntryResult>> Store(
        FhirCall call, BundleEntry entry, PreparedResource resource, FhirTransaction transaction)
    {
        var stored = entry.Method == "PUT" ? await transaction.Put(resource, entry.Condition) : await transaction.Create(resource);
        return stored.Refusal is { } refused ? refused : EntryResult.Written(call, stored.Value);
    }

    private static async ValueTask<Result<EntryResult>> Find(FhirCall call, string type, string id, FhirTransaction transaction)
    {
        var found = await transaction.Existing(type, id);
        if (found.Refusal is { } refused) return refused;
        return found.Value is { } stored ? EntryResult.Written(call, stored) : PlanOutdated;
    }

    private static readonly Refusal PlanOutdated = new(
        RefusalKind.Conflict, "conflict", "What the transaction's conditions find changed while it was prepared. Try again.");
}

using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// A transaction: all entries or none, in R4's order (deletes, creates, updates and patches, reads), in one write with all their events.
/// A conditional request is one with a single entry.
/// </summary>
internal sealed class RunTransaction(FhirOptions options, FhirReads reads, FhirWrites writes, IdSource ids)
{
    private const int PlansAtMost = 3;

    public async Task<FhirResponse> Run(FhirCall call, IReadOnlyList<BundleEntry> entries, Return? returning = null)
    {
        var results = await Results(call, entries, isAlone: false);
        return results.Refusal is { } refused
            ? FhirResponses.Refuse(refused) : BundleResponse.Write("transaction-response", results.Value, returning);
    }

    /// <summary>One entry that is no part of a transaction. Its resource is validated here.</summary>
    /// <param name="call">The caller's.</param>
    /// <param name="entry">Has a condition.</param>
    /// <param name="untilPlanned">Disposed of before the write.</param>
    public async ValueTask<Result<EntryResult>> One(FhirCall call, BundleEntry entry, IDisposable? untilPlanned = null)
    {
        if (entry.Method is "POST" or "PUT" && ResourcePreparation.Check(call, entry.Writing, entry.Type, entry.Resource) is { } unwritable)
            return unwritable;
        var results = await Results(call, [entry with { Index = 0 }], isAlone: true, untilPlanned);
        return results.Refusal is { } refused ? refused : results.Value[0];
    }

    private async ValueTask<Result<EntryResult[]>> Results(
        FhirCall call, IReadOnlyList<BundleEntry> entries, bool isAlone, IDisposable? untilPlanned = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var plan = await TransactionPlan.Make(call, entries, reads, ids, options.TransactionSearches, isAlone);
            untilPlanned?.Dispose();
            if (plan.Refusal is { } flaw) return flaw;
            var results = await writes.Run<EntryResult[]>(call, transaction => Run(call, entries, plan.Value, transaction));
            if (results.Refusal is AbsentTargetsRefusal absent && !isAlone) return Placed(absent, plan.Value);
            if (results.Refusal != PlanOutdated || attempt == PlansAtMost) return results;
        }
    }

    /// <summary>The findings with their places in the Bundle.</summary>
    private static InvalidResource Placed(AbsentTargetsRefusal absent, TransactionPlan plan)
    {
        var indexes = plan.Resources.ToDictionary(each => (each.Value.Type, each.Value.Id), each => each.Key);
        return absent with { Issues = [.. absent.Absent.Select(Place)] };

        FhirIssue Place(AbsentTarget target) => indexes.TryGetValue((target.Change.Type, target.Change.Id), out var index)
            ? target.Issue with { Expression = $"Bundle.entry[{index}].resource{target.Issue.Expression?[target.Change.Type.Length..]}" }
            : target.Issue;
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
                "DELETE" => await Delete(entry, plan, transaction),
                "PATCH" => await Patch(call, entry, plan, transaction),
                _ when plan.Existing.TryGetValue(entry.Index, out var id) => await Find(call, entry.Type, id, transaction),
                _ => await Store(call, entry, plan, transaction),
            };
            if (result.Refusal is { } refused) return refused;
            results[entry.Index] = result.Value;
        }

        return plan.Links.Dangling is { } dangling ? dangling : results;
    }

    private static async ValueTask<Result<EntryResult>> Delete(BundleEntry entry, TransactionPlan plan, FhirTransaction transaction)
    {
        var last = EntryResult.Deleted(stored: null);
        // The right to delete is asked where there is nothing to delete, too.
        if (plan.Deletions[entry.Index].Count == 0 && transaction.RefuseDeleting(entry.Type) is { } forbidden) return forbidden;
        foreach (var id in plan.Deletions[entry.Index])
        {
            var deleted = await transaction.Delete(entry.Type, id, entry.IfMatch);
            if (deleted.Refusal is { } refused) return refused;
            last = EntryResult.Deleted(deleted.Value);
        }

        return last;
    }

    private static async ValueTask<Result<EntryResult>> Patch(
        FhirCall call, BundleEntry entry, TransactionPlan plan, FhirTransaction transaction)
    {
        if (entry.Patch is not { } change) return FhirRefusals.UnsupportedPatch;
        var patched = await transaction.Patch(new PatchOfResource(entry.Type, plan.IdOf(entry), change)
        {
            IfMatch = entry.IfMatch, Rewrite = plan.Links.Within(entry.FullUrl),
        });
        return patched.Refusal is { } refused ? refused : EntryResult.Written(call, patched.Value);
    }

    private static async ValueTask<Result<EntryResult>> Store(
        FhirCall call, BundleEntry entry, TransactionPlan plan, FhirTransaction transaction)
    {
        var (resource, creating) = (plan.Resources[entry.Index], plan.Creating.Contains(entry.Index));
        var condition = creating ? entry.Condition with { Absent = true } : entry.Condition;
        var stored = entry.Method == "PUT" ? await transaction.Put(resource, condition) : await transaction.Create(resource);
        if (stored.Refusal is { } refused) return creating && refused == FhirRefusals.AlreadyThere ? FhirRefusals.IdIsTaken : refused;
        return EntryResult.Written(call, stored.Value);
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

using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.Search;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// A transaction: all entries or none, in R4's order (deletes, creates, updates, reads), in one write with all their events.
/// </summary>
internal sealed class RunTransaction(
    Database database, FhirWrites writes, SearchResources searches, RecordResultViewed opened, IdSource ids)
{
    private const int PlansAtMost = 3;

    public async Task<FhirResponse> Run(FhirRequest request, IReadOnlyList<BundleEntry> entries)
    {
        if (Forbidden(request, entries) is { } forbidden) return FhirResponses.Refuse(forbidden);
        for (var attempt = 1; ; attempt++)
        {
            var plan = await TransactionPlan.Make(request, entries, database, ids);
            if (plan.Refusal is { } flaw) return FhirResponses.Refuse(flaw);
            var results = await writes.Run(
                request.Caller,
                request.Own,
                (writer, write, cancel) => Write(request, entries, plan.Value, writer, write, cancel),
                request.Cancel);
            if (results.Refusal is not { } refused) return BundleResponse.Write("transaction-response", results.Value);
            if (refused != PlanOutdated || attempt == PlansAtMost) return FhirResponses.Refuse(refused);
        }
    }

    private static Refusal? Forbidden(FhirRequest request, IReadOnlyList<BundleEntry> entries)
    {
        foreach (var entry in entries)
        {
            var refusal = entry.Method == "GET" ? request.RefuseRead(entry.Type) : request.RefuseWrite(entry.Type);
            if (entry.Method == "DELETE") refusal ??= WriteRules.RefuseDelete(entry.Type);
            if (refusal is not null) return refusal;
        }

        return null;
    }

    private async ValueTask<Result<IReadOnlyList<EntryResult>>> Write(
        FhirRequest request, IReadOnlyList<BundleEntry> entries, TransactionPlan plan, ResourceWriter writer, WriteTransaction write,
            CancellationToken cancel)
    {
        if (!await plan.StillHolds(request, write, cancel)) return PlanOutdated;
        var results = new EntryResult[entries.Count];
        foreach (var entry in TransactionOrder.Of(entries, plan.Resources))
        {
            var result = entry.Method switch
            {
                "DELETE" => await Delete(entry, writer, cancel),
                "POST" when plan.Existing.TryGetValue(entry.Index, out var existing) => await Find(request, existing, write, cancel),
                "POST" => Written(request, 201, await writer.Create(plan.Resources[entry.Index], cancel)),
                "PUT" => await Put(request, entry, plan, writer, cancel),
                _ => await Get(request, entry, writer, write, cancel),
            };
            if (result.Refusal is { } refused) return refused;
            results[entry.Index] = result.Value;
        }

        return results;
    }

    private static async ValueTask<Result<EntryResult>> Delete(BundleEntry entry, ResourceWriter writer, CancellationToken cancel)
    {
        var deleted = await writer.Delete(entry.Type, entry.Id!, entry.IfMatch, cancel);
        return deleted.Refusal is { } refused ? refused : new EntryResult(StatusCodes.Status204NoContent) { Stored = deleted.Value };
    }

    private static async ValueTask<Result<EntryResult>> Put(
        FhirRequest request, BundleEntry entry, TransactionPlan plan, ResourceWriter writer, CancellationToken cancel)
    {
        var stored = await writer.Put(plan.Resources[entry.Index], entry.Condition, cancel);
        return stored.Refusal is { } refused ? refused : Written(request, stored.Value.Created ? 201 : 200, stored.Value);
    }

    private async ValueTask<Result<EntryResult>> Get(
        FhirRequest request, BundleEntry entry, ResourceWriter writer, WriteTransaction write, CancellationToken cancel)
    {
        var read = await searches.Entry(request, entry, write, cancel);
        if (read is { IsRefused: false, Value.Stored: { } stored }) await opened.Tell(request, stored, write, writer, cancel);
        return read;
    }

    private static async ValueTask<Result<EntryResult>> Find(
        FhirRequest request, string existing, WriteTransaction write, CancellationToken cancel)
    {
        var parts = existing.Split('/');
        var stored = await ReadResources.Current(write, request.Reach, parts[0], parts[1], cancel);
        return stored is null ? PlanOutdated : Written(request, StatusCodes.Status200OK, stored);
    }

    private static Result<EntryResult> Written(FhirRequest request, int status, StoredResource stored) =>
        new EntryResult(status) { Stored = stored, Location = request.LocationOf(stored) };

    private static readonly Refusal PlanOutdated = new(
        RefusalKind.Conflict, "conflict", "What the transaction's conditions find changed while it was prepared. Try again.");
}

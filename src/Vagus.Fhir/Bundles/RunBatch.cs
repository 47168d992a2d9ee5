using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.Search;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// A batch: each entry succeeds or fails alone. Entries do not depend on each other (R4 §3.1.0.11.1), so they run side by side.
/// </summary>
internal sealed class RunBatch(Database database, FhirWrites writes, SearchResources searches, RecordResultViewed opened, IdSource ids)
{
    private const int SideBySide = 16;

    public async Task<FhirResponse> Run(FhirRequest request, IReadOnlyList<Result<BundleEntry>> entries)
    {
        var results = new EntryResult[entries.Count];
        var limits = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = request.Cancel };
        await Parallel.ForEachAsync(Enumerable.Range(0, entries.Count), limits, async (index, _) =>
        {
            var result = entries[index].Refusal is { } flaw ? flaw : await One(request, entries[index].Value);
            results[index] = result.Refusal is { } refused ? EntryResult.Of(refused) : result.Value;
        });
        return BundleResponse.Write("batch-response", results);
    }

    private async ValueTask<Result<EntryResult>> One(FhirRequest request, BundleEntry entry)
    {
        if ((entry.Method == "GET" ? request.RefuseRead(entry.Type) : request.RefuseWrite(entry.Type)) is { } forbidden) return forbidden;
        return entry.Method switch
        {
            "GET" => await Get(request, entry),
            "DELETE" => await Delete(request, entry),
            _ => await Store(request, entry),
        };
    }

    private async ValueTask<Result<EntryResult>> Get(FhirRequest request, BundleEntry entry)
    {
        var read = await searches.Entry(request, entry, database, request.Cancel);
        if (read.IsRefused || read.Value.Stored is not { } stored) return read;
        return await opened.Tell(request, stored, request.Cancel) is { } refused ? refused : read;
    }

    private async ValueTask<Result<EntryResult>> Delete(FhirRequest request, BundleEntry entry)
    {
        if (WriteRules.RefuseDelete(entry.Type) is { } kept) return kept;
        var deleted = await writes.Run(
            request.Caller,
            request.Own,
            (writer, _, cancel) => writer.Delete(entry.Type, entry.Id!, entry.IfMatch, cancel),
            request.Cancel);
        return deleted.Refusal is { } refused ? refused : new EntryResult(StatusCodes.Status204NoContent) { Stored = deleted.Value };
    }

    private async ValueTask<Result<EntryResult>> Store(FhirRequest request, BundleEntry entry)
    {
        if (entry.IfNoneExist is not null) return FhirRefusals.NotSupported("Conditional create is supported in transactions only.");
        if (ResourcePreparation.Validate(entry.Resource, request.Own) is { } invalid) return invalid;
        var links = new TransactionLinks(request.Own);
        var prepared = ResourcePreparation.Prepare(entry.Resource, entry.Type, entry.Id ?? ids.NewId(), request.Own, links.Rewrite);
        if (links.Dangling is { } dangling) return dangling;
        if (WriteRules.Refuse(request.Caller, prepared) is { } refusal) return refusal;

        var stored = await writes.Run(
            request.Caller,
            request.Own,
            async (writer, _, cancel) =>
                entry.Method == "PUT" ? await writer.Put(prepared, entry.Condition, cancel) : await writer.Create(prepared, cancel),
            request.Cancel);
        if (stored.Refusal is { } refused) return refused;
        return new EntryResult(stored.Value.Created ? 201 : 200) { Stored = stored.Value, Location = request.LocationOf(stored.Value) };
    }
}

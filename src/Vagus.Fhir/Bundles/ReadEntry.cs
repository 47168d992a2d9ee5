using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>A GET inside a batch or transaction: a read, a read of one version, or a search.</summary>
internal static class ReadEntry
{
    public static async ValueTask<Result<EntryResult>> Run(FhirCall call, BundleEntry entry, FhirReads reads)
    {
        if (entry.Id is not { } id) return await Search(call, entry, reads);
        var subset = Subsets.Of(entry.Query);
        if (subset.Refusal is { } malformed) return malformed;
        var read = entry.Version is { } version
            ? await reads.Version(call, entry.Type, id, version)
            : await reads.Current(call, entry.Type, id, entry.Known);
        return read.Refusal is { } refused ? refused : EntryResult.Read(read.Value, subset.Value);
    }

    private static async ValueTask<Result<EntryResult>> Search(FhirCall call, BundleEntry entry, FhirReads reads)
    {
        var found = await reads.Search(call, entry.Type, entry.Query ?? "");
        if (found.Refusal is { } refused) return refused;
        return new EntryResult(StatusCodes.Status200OK)
        {
            Body = BundlePage.OfSearch(call, found.Value).ToBytes(),
            Notice = found.Value.Notice,
        };
    }
}

using Vagus.Fhir.Auditing;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Fhir.Terminology;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Reading;

/// <summary>
/// Searches with codes in the place of the value sets and hierarchies that they name. The tenant's own definitions that are looked at for
/// it are in the audit, also where the search is refused then.
/// </summary>
internal sealed class ExpandSearches(IRunQueries queries, ReadObservers observers, FhirTransaction? within)
{
    public async ValueTask<Result<SearchRequest>> Run(FhirCall call, SearchRequest search)
    {
        var expanded = await Run(call, [search]);
        return expanded.Refusal is { } refused ? refused : expanded.Value[0];
    }

    /// <summary>Of one call; each definition is read once for all of them.</summary>
    public async ValueTask<Result<IReadOnlyList<SearchRequest>>> Run(FhirCall call, IReadOnlyList<SearchRequest> searches)
    {
        var source = new TenantTerminology(queries, call);
        var expanded = await Expand(call, source, searches);
        if (source.Used.Count == 0) return expanded;
        var entry = FhirEntries.OfOperation(call, searches[0].Type, "expand", source.Used);
        return await observers.Record(call, entry, within) is { } unrecorded ? unrecorded : expanded;
    }

    private async ValueTask<Result<IReadOnlyList<SearchRequest>>> Expand(
        FhirCall call, TenantTerminology source, IReadOnlyList<SearchRequest> searches)
    {
        var expanded = new List<SearchRequest>(searches.Count);
        foreach (var search in searches)
        {
            var one = await ExpandConditions.Run(queries, call, source, search);
            if (one.Refusal is { } refused) return refused;
            expanded.Add(one.Value);
        }

        return expanded;
    }
}

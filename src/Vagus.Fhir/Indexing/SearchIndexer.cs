using System.Text.Json;
using Vagus.Fhir.Indexing.Programs;
using Vagus.Fhir.Indexing.Reading;

namespace Vagus.Fhir.Indexing;

/// <summary>
/// Finds what a resource can be searched by: every R4 parameter of its type but composites and special ones.
/// Safe to share between threads. References below <paramref name="own"/> count as local.
/// </summary>
public sealed class SearchIndexer(OwnBases own)
{
    public SearchValues Extract(JsonElement resource, string type)
    {
        var values = new SearchValues();
        var reader = new Reader(resource, own, values);
        foreach (var program in SearchProgram.Of(type)) program.Run(reader);
        return values;
    }

    /// <summary>Only what the store keeps rows for: tokens, references, strings and dates.</summary>
    internal SearchValues ExtractStored(JsonElement resource, string type)
    {
        var values = new SearchValues();
        var reader = new Reader(resource, own, values);
        foreach (var program in SearchProgram.StoredOf(type)) program.Run(reader);
        return values;
    }

    /// <summary>The same by the FHIRPath engine alone: what the direct walks are measured against.</summary>
    internal SearchValues ExtractByEngine(JsonElement resource, string type)
    {
        var values = new SearchValues();
        var reader = new Reader(resource, own, values);
        foreach (var program in SearchProgram.Of(type)) program.Evaluate(reader);
        return values;
    }
}

using System.Text.Json;
using Vagus.Fhir.R4.Indexing.Compiling;
using Vagus.Fhir.R4.Indexing.Reading;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Indexing;

/// <summary>
/// Finds what a resource can be searched by: every R4 parameter of its type that has an expression.
/// Safe to share between threads. References below <paramref name="own"/> count as local.
/// </summary>
public sealed class SearchIndexer(OwnBases own)
{
    public IndexedValues Extract(JsonElement resource, string type)
    {
        var values = new IndexedValues();
        var reader = new Reader(resource, own, values);
        foreach (var program in SearchProgram.Of(type)) program.Run(reader);
        foreach (var composite in CompositeProgram.Of(type)) composite.Run(reader);
        return values;
    }

    /// <summary>The same by the FHIRPath engine alone: what the direct paths are measured against.</summary>
    internal IndexedValues ExtractByEngine(JsonElement resource, string type)
    {
        var values = new IndexedValues();
        var reader = new Reader(resource, own, values);
        foreach (var program in SearchProgram.Of(type)) program.Evaluate(reader);
        return values;
    }
}

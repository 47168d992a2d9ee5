using System.Text.Json.Nodes;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>A provider's signature under something, as the Provenance that a server without the workflow API takes.</summary>
internal static class Signature
{
    public static JsonObject Under(Scene scene, string thing, params string[] targets)
    {
        var provenance = Fhir.Resource("Provenance", scene.Id($"{thing}/signature"));
        provenance["target"] = new JsonArray([.. targets.Select(target => new JsonObject { ["reference"] = target })]);
        provenance["recorded"] = Fhir.Time(scene.At);
        provenance["agent"] = Fhir.List(new JsonObject { ["who"] = scene.Provider.Reference });
        provenance["signature"] = Fhir.List(new JsonObject
        {
            ["type"] = Fhir.List(Fhir.Coding(new Code("urn:iso-astm:E1762-95:2013", "1.2.840.10065.1.12.1.1", "Author's Signature"))),
            ["when"] = Fhir.Time(scene.At),
            ["who"] = scene.Provider.Reference,
        });
        return provenance;
    }
}

using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Patching;

namespace Vagus.Fhir.Writing;

/// <summary>A patch, and the resource that it changes.</summary>
internal sealed record PatchOfResource(string Type, string Id, ResourcePatch Change)
{
    /// <summary>The version that the resource must have; null: any.</summary>
    public long? IfMatch { get; init; }

    /// <summary>What the links of the patched resource become, within a transaction.</summary>
    public LinkRewrite? Rewrite { get; init; }
}

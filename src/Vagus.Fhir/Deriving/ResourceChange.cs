using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// One resource as it was before and as it is after a write. <see cref="Before"/> is null for a create (also after a delete),
/// <see cref="After"/> is null for a delete. Both are complete resources with <c>id</c> and <c>meta</c>.
/// </summary>
public sealed record ResourceChange(string Type, string Id, long Version, JsonElement? Before, JsonElement? After)
{
    /// <summary>The patient whose compartment the resource is in; null when none, the first when several.</summary>
    public PatientId? Patient { get; init; }

    /// <summary>The reference that events carry: <c>Observation/123/_history/2</c>.</summary>
    public string VersionedReference => $"{Type}/{Id}/_history/{Version}";
}

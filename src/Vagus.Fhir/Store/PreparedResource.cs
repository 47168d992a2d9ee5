using System.Text.Json;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.Store;

/// <summary>A valid resource with everything worked out that needs no database: what a write only has to put in its place.</summary>
internal sealed record PreparedResource(string Type, string Id)
{
    public required BodyTemplate Body { get; init; }

    /// <summary>
    /// The parsed template: the resource as it will be, but for the values of <c>meta.versionId</c> and <c>meta.lastUpdated</c>.
    /// </summary>
    public required JsonElement Document { get; init; }

    public required IndexedValues Index { get; init; }

    public required IReadOnlyList<string> Patients { get; init; }

    public required bool Sensitive { get; init; }

    /// <summary>Its patients may see it.</summary>
    public required bool Released { get; init; }
}

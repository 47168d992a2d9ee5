using System.Text.Json;
using Vagus.Fhir.R4.Indexing;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>
/// A valid resource that its caller may write, with everything worked out that needs no database: what a write only has to put in its
/// place.
/// </summary>
internal sealed record PreparedResource(string Type, string Id)
{
    /// <summary>Whose right to write it was checked. No other caller's write takes it.</summary>
    public required Caller Author { get; init; }

    public required BodyTemplate Body { get; init; }

    /// <summary>
    /// The parsed template: the resource as it will be, but for the values of <c>meta.versionId</c> and <c>meta.lastUpdated</c>.
    /// </summary>
    public required JsonElement Document { get; init; }

    public required IndexedValues Index { get; init; }

    /// <summary>Its words, where the tenant's index has them; null: they are not indexed.</summary>
    public ResourceWords? Words { get; init; }

    /// <summary>The values of the tenant's uploaded search parameters; null: it has none on the type.</summary>
    public IndexedValues? Uploaded { get; init; }

    public required IReadOnlyList<string> Patients { get; init; }

    /// <summary>The categories of its labels.</summary>
    public required Sensitivity Labels { get; init; }

    /// <summary>Of a message: the names of who takes part in its thread; of a Subscription: its owner. Null for everything else.</summary>
    public IReadOnlyList<string>? TakingPart { get; init; }

    /// <summary>What was sent and is no part of the body: the headers of a Subscription.</summary>
    public IReadOnlyList<string> Withheld { get; init; } = [];

    /// <summary>Its patients may see it.</summary>
    public required bool Released { get; init; }
}

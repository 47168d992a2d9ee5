using System.Text.Json;
using Vagus.Fhir.Labels;
using Vagus.Kernel;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// One resource as it was before and as it is after a write. <see cref="Before"/> is null for a create (also after a delete),
/// <see cref="After"/> is null for a delete. Both are complete resources with <c>id</c> and <c>meta</c>.
/// </summary>
public sealed record ResourceChange(string Type, string Id, long Version, JsonElement? Before, JsonElement? After)
{
    /// <summary>All patients in whose compartments the resource is, in the order of the compartment's parameters.</summary>
    public IReadOnlyList<PatientId> Patients { get; init; } = [];

    /// <summary>The first of <see cref="Patients"/>; null when there is none.</summary>
    public PatientId? Patient => Patients.Count == 0 ? null : Patients[0];

    /// <summary>Those of the version before, in no order.</summary>
    public IReadOnlyList<PatientId> PatientsBefore { get; init; } = [];

    /// <summary>The labels that it carries and that only callers with the permission may see.</summary>
    public Sensitivity Labels { get; init; }

    /// <summary>Its patients may see it: <see cref="ReleaseToPatient"/>.</summary>
    public bool Released { get; init; } = true;

    /// <summary>Those of the version before.</summary>
    public Sensitivity LabelsBefore { get; init; }

    /// <summary>The patients could see the version before; true where there is none.</summary>
    public bool WasReleased { get; init; } = true;

    /// <summary>
    /// The change for an event that holds something of <see cref="Before"/>: as hidden as both versions together. A write may lift a label.
    /// </summary>
    public ResourceChange WithBefore => this with { Labels = Labels | LabelsBefore, Released = Released && WasReleased };

    /// <summary>What was sent and is kept apart from the resource: the headers of a Subscription. It is shown to nobody.</summary>
    internal IReadOnlyList<string> Withheld { get; init; } = [];

    /// <summary>The reference that events carry: <c>Observation/123/_history/2</c>.</summary>
    public string VersionedReference => $"{Type}/{Id}/_history/{Version}";
}

using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Labels;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// A record that an event may draw from. A rule cannot look into it: it peeks by a predicate when it decides, and draws it through a
/// <see cref="RecordView"/> when it tells.
/// </summary>
public sealed class Candidate
{
    // Candidates are read with their own references made relative, so no address is asked for here.
    private static readonly CompartmentReader Compartments = new(OwnBases.None);

    public Candidate(string type, string id, long version, JsonElement resource)
    {
        (Type, Id, Version, Resource) = (type, id, version, resource);
        Labels = SecurityLabels.CategoriesOf(resource);
    }

    internal Candidate(ResourceChange change, JsonElement after)
    {
        (Type, Id, Version, Resource, Change) = (change.Type, change.Id, change.Version, after, change);
        Labels = change.Labels;
    }

    public string Type { get; }

    public string Id { get; }

    public long Version { get; }

    /// <summary>The labels that it carries and that only callers with the permission may see.</summary>
    public Sensitivity Labels { get; }

    /// <summary>Set when this transaction wrote it.</summary>
    public ResourceChange? Change { get; }

    public string Reference => $"{Type}/{Id}";

    public string VersionedReference => $"{Type}/{Id}/_history/{Version}";

    internal JsonElement Resource { get; }

    /// <summary>True when each of these patients may read it.</summary>
    internal bool IsFor(IReadOnlyList<PatientId> patients)
    {
        if (!ReleaseToPatient.Allows(Resource, Type)) return false;
        if (RoleGrants.Shared.Contains(Type)) return true;
        var its = Change is { } change ? change.Patients : [.. Compartments.Patients(Resource, Type).Select(id => new PatientId(id))];
        return patients.All(its.Contains);
    }
}

using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Reading;

/// <summary>
/// Who belongs to an organization or a care team, and by whom a related person stands, for rooms that write to them: as far as the caller
/// may read what tells it. Each look is a read or a search of the caller's.
/// </summary>
public sealed class FindMembers
{
    private const int BodyBytes = 4 * 1024 * 1024;
    private readonly FhirReads reads;
    private readonly FhirOptions options;
    private readonly OwnBases own;
    private readonly TimeProvider clock;

    internal FindMembers(FhirReads reads, FhirOptions options, OwnBases own, TimeProvider clock) =>
        (this.reads, this.options, this.own, this.clock) = (reads, options, own, clock);

    /// <summary>Null where there is no such resource within the caller's reach, or it is of no type that has members.</summary>
    public async ValueTask<Result<IReadOnlyList<string>?>> Of(Reach reach, string type, string id, CancellationToken cancel)
    {
        if (type is not ("PractitionerRole" or "Organization" or "CareTeam")) return (string[]?)null;
        var call = CallOf(reach, cancel);
        var found = await Read(call, type, id);
        if (found.Refusal is { } unrecorded) return unrecorded;
        if (found.Value is not { } resource) return (string[]?)null;
        if (type == "CareTeam") return CareTeamMembers.Of(resource, clock.GetUtcNow()).ToArray();
        if (type == "PractitionerRole") return OrganizationRoles.PractitionerOf(resource) is { } one ? new[] { one } : [];
        var roles = await reads.Search(call, "PractitionerRole", $"{OrganizationRoles.Query(id)}&_count={OrganizationRoles.Most}");
        if (roles.Refusal is { } refused) return refused;
        var practitioners = roles.Value.Matches.Select(
            role => role.Body is { } body ? OrganizationRoles.PractitionerOf(JsonElement.Parse(body)) : null);
        return practitioners.OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
    }

    /// <summary>
    /// The patient by whom a RelatedPerson stands; null where there is no such record within the caller's reach, or it counts no longer.
    /// </summary>
    public async ValueTask<Result<PatientId?>> PatientOf(Reach reach, string relatedPerson, CancellationToken cancel)
    {
        var found = await Read(CallOf(reach, cancel), "RelatedPerson", relatedPerson);
        if (found.Refusal is { } unrecorded) return unrecorded;
        if (found.Value is not { } person || !Periods.Hold(person, clock.GetUtcNow())) return (PatientId?)null;
        if (person.TryGetProperty("active", out var active) && !active.GetBoolean()) return (PatientId?)null;
        return person.GetProperty("patient").TryGetProperty("reference", out var text)
            && text.GetString()?.Split('/') is [.., "Patient", { Length: > 0 } patient] ? new PatientId(patient) : (PatientId?)null;
    }

    private FhirCall CallOf(Reach reach, CancellationToken cancel) => new(reach.Caller, reach, options.BaseUrl ?? "", own, clock)
    {
        Bodies = new BodyBudget(BodyBytes), Cancel = cancel,
    };

    /// <summary>Null of what the caller may not read. Refused where the read could not be recorded.</summary>
    private async ValueTask<Result<JsonElement?>> Read(FhirCall call, string type, string id)
    {
        var found = await reads.Current(call, type, id);
        if (found.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        return found.IsRefused || found.Value.Body is not { } body ? (JsonElement?)null : JsonElement.Parse(body);
    }
}

using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Reading;

/// <summary>
/// Who belongs to an organization or a care team, for rooms that write to them: the ids of Practitioners, as far as the caller may read
/// what tells it. Each look is a read or a search of the caller's.
/// </summary>
public sealed class FindMembers
{
    private const int MostMembers = 200;
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
        var call = new FhirCall(reach.Caller, reach, options.BaseUrl ?? "", own, clock)
        {
            Bodies = new BodyBudget(BodyBytes), Cancel = cancel,
        };
        var found = await reads.Current(call, type, id);
        if (found.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
        if (found.IsRefused || found.Value.Body is not { } body) return (string[]?)null;
        if (type != "Organization") return References(type == "CareTeam" ? "participant" : null, body).ToArray();
        var roles = await reads.Search(call, "PractitionerRole", $"organization=Organization/{id}&active:not=false&_count={MostMembers}");
        return roles.Refusal is { } refused
            ? refused : roles.Value.Matches.SelectMany(role => References(null, role.Body)).Distinct(StringComparer.Ordinal).ToArray();
    }

    private static IEnumerable<string> References(string? list, byte[]? body)
    {
        if (body is null) yield break;
        var resource = JsonElement.Parse(body);
        var holders = list is null ? [resource]
            : resource.TryGetProperty(list, out var entries) ? entries.EnumerateArray().Take(MostMembers).ToArray() : [];
        foreach (var holder in holders)
        {
            if (!holder.TryGetProperty(list is null ? "practitioner" : "member", out var member)) continue;
            if (!member.TryGetProperty("reference", out var reference)) continue;
            if (reference.GetString()?.Split('/') is [.., "Practitioner", { Length: > 0 } practitioner]) yield return practitioner;
        }
    }
}

using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// Under which names appointments have a provider: the Practitioner, and each PractitionerRole that is of this Practitioner now. They are
/// looked up when a time is asked for, so a role that is given to another person counts for that person from then on.
/// </summary>
internal sealed class ProviderNames(RecordTurn turn)
{
    private const string RolePrefix = "PractitionerRole/";
    private const int MostRoles = 200;
    private readonly Dictionary<string, List<string>> known = new(StringComparer.Ordinal);

    /// <summary>All names of the provider or the place that <see cref="TakenBy.Actors"/> names so.</summary>
    public async ValueTask<Result<List<string>>> Of(string actor)
    {
        if (known.TryGetValue(actor, out var names)) return names;
        var found = await Find(actor);
        if (!found.IsRefused) known[actor] = found.Value;
        return found;
    }

    private async ValueTask<Result<List<string>>> Find(string actor)
    {
        List<string> itself = [actor];
        if (TakenBy.IsPlace(actor)) return itself;
        var practitioner = actor;
        if (actor.StartsWith(RolePrefix, StringComparison.Ordinal))
        {
            var role = await turn.Decide("PractitionerRole", $"_id={actor[RolePrefix.Length..]}", most: 1);
            if (role.Refusal is { } unread) return unread;
            if (role.Value is not [var of] || of.Json.ReferenceTo("practitioner", "Practitioner") is not { } id) return itself;
            practitioner = $"Practitioner/{id}";
        }

        var roles = await turn.Decide("PractitionerRole", $"practitioner={practitioner}", MostRoles);
        if (roles.Refusal is { } refusal) return refusal;
        List<string> all = [practitioner, .. roles.Value.Select(role => role.Reference)];
        return all;
    }
}

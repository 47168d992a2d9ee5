using System.Text.Json;

namespace Vagus.Fhir.Reading;

/// <summary>
/// Who belongs to a CareTeam (R4): the practitioners among its participants whose period holds the instant, as long as the team works.
/// </summary>
public static class CareTeamMembers
{
    private const int Most = 200;
    private static readonly string[] Idle = ["inactive", "suspended", "entered-in-error"];

    /// <summary>The ids of Practitioners, each once, in the order of the participants.</summary>
    public static IReadOnlyList<string> Of(JsonElement team, DateTimeOffset at)
    {
        if (team.TryGetProperty("status", out var status) && Idle.Contains(status.GetString())) return [];
        if (!team.TryGetProperty("participant", out var participants)) return [];
        var members = participants.EnumerateArray().Take(Most)
            .Where(participant => Periods.Hold(participant, at))
            .Select(participant => participant.TryGetProperty("member", out var member) ? PractitionerIn(member) : null);
        return [.. members.OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The id of the Practitioner that a reference names; null of another one.</summary>
    internal static string? PractitionerIn(JsonElement reference) =>
        reference.TryGetProperty("reference", out var text) && text.GetString()?.Split('/') is [.., "Practitioner", { Length: > 0 } id]
            ? id : null;
}

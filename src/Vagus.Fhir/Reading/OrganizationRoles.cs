using System.Text.Json;

namespace Vagus.Fhir.Reading;

/// <summary>The PractitionerRoles by which practitioners belong to an Organization.</summary>
internal static class OrganizationRoles
{
    /// <summary>So many are looked at.</summary>
    public const int Most = 200;

    /// <summary>The search for those that count.</summary>
    public static string Query(string organization) => $"organization=Organization/{organization}&active:not=false";

    /// <summary>The logical id of the Practitioner; null where the role names none.</summary>
    public static string? PractitionerOf(JsonElement role) =>
        role.TryGetProperty("practitioner", out var practitioner) ? CareTeamMembers.PractitionerIn(practitioner) : null;
}

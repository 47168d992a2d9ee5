using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Synthetic;

/// <summary>Somebody who works in the clinic. Without an e-mail address it is a person who never signs in.</summary>
internal sealed record StaffMember(string Id, string Role, string Given, string Family, string? Email)
{
    public JsonObject Reference => Fhir.Reference("Practitioner", Id);
}

/// <summary>The clinic's people: one practitioner per staff user, and enough providers to fill a schedule.</summary>
internal static class Staff
{
    private const int FewestProviders = 3;

    private static readonly Dictionary<string, Code> Jobs = new(StringComparer.Ordinal)
    {
        ["provider"] = Code.Snomed("112247003", "Medical doctor"),
        ["nurse"] = Code.Snomed("106292003", "Professional nurse"),
        ["medical_assistant"] = Code.Snomed("22515006", "Medical assistant"),
        ["front_desk"] = Code.Snomed("159483005", "Receptionist"),
        ["billing"] = Code.Snomed("224608005", "Administrative healthcare staff"),
        ["lab"] = Code.Snomed("159282002", "Laboratory technician"),
        ["radiology"] = Code.Snomed("66862007", "Radiologist"),
        ["pharmacy"] = Code.Snomed("46255001", "Pharmacist"),
        ["admin"] = Code.Snomed("224608005", "Administrative healthcare staff"),
    };

    public static IReadOnlyList<StaffMember> Of(Clinic clinic, IReadOnlyList<UserSignIn> users)
    {
        var staff = users.Where(user => Jobs.ContainsKey(user.Role)).Select(user => Member(clinic, user)).ToList();
        for (var number = staff.Count(member => member.Role == "provider"); number < FewestProviders; number++)
        {
            var path = $"staff/provider-{number}";
            var (given, family) = Draw(clinic.Dice(path));
            staff.Add(new StaffMember(clinic.Id(path), "provider", given, family, Email: null));
        }

        return staff;
    }

    public static IEnumerable<JsonObject> Write(Clinic clinic)
    {
        foreach (var member in clinic.Staff)
        {
            yield return Practitioner(clinic, member);
            yield return PractitionerRole(clinic, member);
        }
    }

    private static StaffMember Member(Clinic clinic, UserSignIn user)
    {
        var path = $"staff/{user.Email}";
        var (given, family) = Draw(clinic.Dice(path));
        var words = (user.Name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length > 1) (given, family) = (string.Join(' ', words[..^1]), words[^1]);
        return new StaffMember(user.FhirId ?? clinic.Id(path), user.Role, given, family, user.Email);
    }

    private static (string Given, string Family) Draw(Dice dice) =>
        (dice.Pick(dice.Chance(55) ? Names.Women : Names.Men), dice.Pick(Names.Families));

    private static JsonObject Practitioner(Clinic clinic, StaffMember member)
    {
        var practitioner = Fhir.Resource("Practitioner", member.Id);
        practitioner["identifier"] = Fhir.List(Fhir.Identifier($"urn:vagus:demo:{clinic.Tenant}:staff", member.Id));
        practitioner["active"] = true;
        practitioner["name"] = Fhir.List(new JsonObject
        {
            ["use"] = "official",
            ["family"] = member.Family,
            ["given"] = new JsonArray(member.Given),
        });
        if (member.Email is { } email)
        {
            practitioner["telecom"] = Fhir.List(new JsonObject { ["system"] = "email", ["value"] = email, ["use"] = "work" });
        }

        return practitioner;
    }

    private static JsonObject PractitionerRole(Clinic clinic, StaffMember member)
    {
        var role = Fhir.Resource("PractitionerRole", StableId.From($"{clinic.Tenant}/{member.Id}/role"));
        role["active"] = true;
        role["practitioner"] = member.Reference;
        role["organization"] = Fhir.Reference("Organization", clinic.OrganizationId);
        role["code"] = Fhir.List(Fhir.Concept(Jobs[member.Role]));
        return role;
    }
}

using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Synthetic;

/// <summary>One synthetic patient.</summary>
internal sealed record Person(string Id, int Number, string Given, string Family, bool IsWoman, DateOnly Born, StaffMember Provider)
{
    public JsonObject Reference => Fhir.Reference("Patient", Id);

    public int AgeOn(DateOnly date) => date.Year - Born.Year - (date.DayOfYear < Born.DayOfYear ? 1 : 0);
}

/// <summary>The clinic's patients. Users with the role patient come first, so that a portal account has a record.</summary>
internal static class People
{
    public static IReadOnlyList<Person> Of(Clinic clinic, IReadOnlyList<UserSignIn> users, int count)
    {
        var ids = users.Where(user => user is { Role: "patient", FhirId: not null }).Select(user => user.FhirId).ToList();
        return [.. Enumerable.Range(0, count).Select(number => Draw(clinic, number, ids.ElementAtOrDefault(number)))];
    }

    /// <summary>The person with this number; numbers past the loaded ones are the walk-ins of the day.</summary>
    public static Person Draw(Clinic clinic, int number, string? id = null)
    {
        var path = $"patient/{number}";
        var dice = clinic.Dice(path);
        var isWoman = dice.Chance(54);
        return new Person(
            id ?? clinic.Id(path),
            number,
            dice.Pick(isWoman ? Names.Women : Names.Men),
            dice.Pick(Names.Families),
            isWoman,
            new DateOnly(dice.Between(1938, 2018), dice.Between(1, 12), dice.Between(1, 28)),
            clinic.Providers[number % clinic.Providers.Count]);
    }

    public static JsonObject Write(Clinic clinic, Person person)
    {
        var dice = clinic.Dice($"patient/{person.Number}/contact");
        var patient = Fhir.Resource("Patient", person.Id);
        patient["identifier"] = Fhir.List(RecordNumber(clinic, person));
        patient["active"] = true;
        patient["name"] = Fhir.List(new JsonObject
        {
            ["use"] = "official",
            ["family"] = person.Family,
            ["given"] = new JsonArray(person.Given),
        });
        patient["telecom"] = Fhir.List(
            new JsonObject { ["system"] = "phone", ["value"] = $"555-01{dice.Between(10, 99)}", ["use"] = "mobile" },
            new JsonObject { ["system"] = "email", ["value"] = $"patient{person.Number}@{clinic.Tenant}.example" });
        patient["gender"] = person.IsWoman ? "female" : "male";
        patient["birthDate"] = Fhir.Date(person.Born);
        patient["address"] = Fhir.List(Address(dice));
        patient["communication"] = Fhir.List(new JsonObject
        {
            ["language"] = Fhir.Concept(new Code("urn:ietf:bcp:47", "en", "English")),
            ["preferred"] = true,
        });
        patient["generalPractitioner"] = Fhir.List(person.Provider.Reference);
        patient["managingOrganization"] = Fhir.Reference("Organization", clinic.OrganizationId);
        return patient;
    }

    public static JsonObject Address(Dice dice)
    {
        var (town, state, postalCode) = dice.Pick(Names.Towns);
        return new JsonObject
        {
            ["use"] = "home",
            ["line"] = new JsonArray($"{dice.Between(1, 240)} {dice.Pick(Names.Streets)}"),
            ["city"] = town,
            ["state"] = state,
            ["postalCode"] = postalCode,
            ["country"] = "US",
        };
    }

    private static JsonObject RecordNumber(Clinic clinic, Person person)
    {
        var identifier = Fhir.Identifier($"urn:vagus:demo:{clinic.Tenant}:mrn", $"MRN{100_000 + person.Number}");
        identifier["use"] = "usual";
        identifier["type"] = Fhir.Concept(Code.Hl7("v2-0203", "MR", "Medical record number"));
        return identifier;
    }
}

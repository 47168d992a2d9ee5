using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>The clinic itself, the payer it bills, and its rooms.</summary>
internal static class Places
{
    private static readonly string[] Rooms = ["Exam room 1", "Exam room 2", "Exam room 3", "Procedure room", "Imaging suite"];

    /// <summary>The whole of the clinic that is not a patient, as one transaction.</summary>
    public static Transaction Write(Clinic clinic) =>
        new("clinic", [Organization(clinic), Payer(clinic), .. Locations(clinic), .. Staff.Write(clinic)]);

    public static JsonObject Room(Clinic clinic, int number) =>
        Fhir.Reference("Location", clinic.Id($"location/{number % Rooms.Length}"));

    private static JsonObject Organization(Clinic clinic)
    {
        var organization = Fhir.Resource("Organization", clinic.OrganizationId);
        organization["active"] = true;
        organization["type"] = Fhir.List(Fhir.Concept(Code.Hl7("organization-type", "prov", "Healthcare Provider")));
        organization["name"] = clinic.Name;
        organization["telecom"] = Fhir.List(new JsonObject { ["system"] = "phone", ["value"] = "555-0100", ["use"] = "work" });
        return organization;
    }

    private static JsonObject Payer(Clinic clinic)
    {
        var payer = Fhir.Resource("Organization", clinic.PayerId);
        payer["active"] = true;
        payer["type"] = Fhir.List(Fhir.Concept(Code.Hl7("organization-type", "pay", "Payer")));
        payer["name"] = "Commonwealth Mutual Health Plan";
        return payer;
    }

    private static IEnumerable<JsonObject> Locations(Clinic clinic)
    {
        for (var number = 0; number < Rooms.Length; number++)
        {
            var location = Fhir.Resource("Location", clinic.Id($"location/{number}"));
            location["status"] = "active";
            location["name"] = Rooms[number];
            location["mode"] = "instance";
            location["physicalType"] = Fhir.Concept(Code.Hl7("location-physical-type", "ro", "Room"));
            location["managingOrganization"] = Fhir.Reference("Organization", clinic.OrganizationId);
            yield return location;
        }
    }
}

using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Encounters: finished ones of the past and the ones that begin today.</summary>
internal static class Visits
{
    private static readonly Code Ambulatory = Code.Hl7("v3-ActCode", "AMB", "ambulatory");

    private static readonly IReadOnlyList<Code> Reasons =
    [
        Code.Snomed("185349003", "Encounter for check up"),
        Code.Snomed("390906007", "Follow-up encounter"),
        Code.Snomed("185347001", "Encounter for problem"),
    ];

    public static JsonObject Past(Scene scene)
    {
        var encounter = Encounter(scene, "finished");
        encounter["period"] = Fhir.Period(scene.At, scene.At.AddMinutes(scene.Dice("length").Between(15, 40)));
        return encounter;
    }

    public static JsonObject Begun(Scene scene, string appointmentId)
    {
        var encounter = Encounter(scene, "in-progress");
        encounter["appointment"] = Fhir.List(Fhir.Reference("Appointment", appointmentId));
        encounter["period"] = Fhir.Period(scene.At);
        return encounter;
    }

    private static JsonObject Encounter(Scene scene, string status)
    {
        var encounter = Fhir.Resource("Encounter", scene.EncounterId);
        encounter["status"] = status;
        encounter["class"] = Fhir.Coding(Ambulatory);
        encounter["type"] = Fhir.List(Fhir.Concept(scene.Dice("reason").Pick(Reasons)));
        encounter["subject"] = scene.Patient.Reference;
        encounter["participant"] = Fhir.List(new JsonObject { ["individual"] = scene.Provider.Reference });
        encounter["location"] = Fhir.List(new JsonObject { ["location"] = Places.Room(scene.Clinic, scene.Patient.Number) });
        encounter["serviceProvider"] = Fhir.Reference("Organization", scene.Clinic.OrganizationId);
        return encounter;
    }
}

using System.Text.Json.Nodes;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>The changes that a day makes to resources that exist. Each says false when it finds its work done.</summary>
internal static class Alter
{
    public static Change Status(string type, string id, string[] from, string to, Action<JsonObject>? also = null) =>
        new($"{type}/{id}", resource =>
    {
        if (!from.Contains((string?)resource["status"])) return false;
        resource["status"] = to;
        also?.Invoke(resource);
        return true;
    });

    public static Change Reschedule(Booking booking, DateTimeOffset start) => new($"Appointment/{booking.Id}", appointment =>
    {
        if ((string?)appointment["start"] == Fhir.Time(start)) return false;
        appointment["start"] = Fhir.Time(start);
        appointment["end"] = Fhir.Time(start.AddMinutes(booking.Minutes));
        return true;
    });

    public static Change Address(Scene scene) => new($"Patient/{scene.Patient.Id}", patient =>
    {
        var address = People.Address(scene.Dice("new address"));
        if (patient["address"] is JsonArray { Count: > 0 } known && JsonNode.DeepEquals(known[0], address)) return false;
        patient["address"] = Fhir.List(address);
        return true;
    });

    public static Change Diagnosis(Scene scene) => new($"Encounter/{scene.EncounterId}", encounter =>
    {
        if (encounter["diagnosis"] is not null) return false;
        encounter["diagnosis"] = Fhir.List(new JsonObject { ["condition"] = Fhir.Reference("Condition", scene.Id("diagnosis")) });
        return true;
    });

    public static Change ClaimDiagnosis(Scene scene) => new($"Claim/{scene.Id("claim")}", claim =>
    {
        if (claim["diagnosis"] is not null) return false;
        claim["diagnosis"] = Fhir.List(new JsonObject
        {
            ["sequence"] = 1,
            ["diagnosisReference"] = Fhir.Reference("Condition", scene.Id("diagnosis")),
        });
        return true;
    });

    public static Change ResolveAllergy(Scene scene, string thing) => new($"AllergyIntolerance/{scene.Id(thing)}", allergy =>
    {
        if ((string?)allergy["clinicalStatus"]?["coding"]?[0]?["code"] == "resolved") return false;
        allergy["clinicalStatus"] = Allergies.Status("resolved", "Resolved");
        return true;
    });
}

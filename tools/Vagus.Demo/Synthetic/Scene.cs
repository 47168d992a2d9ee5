using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>One visit in which things are recorded: who, with whom, when, and the path its ids are derived from.</summary>
internal sealed record Scene(Clinic Clinic, Person Patient, StaffMember Provider, string Path, DateTimeOffset At)
{
    public string EncounterId => Id("encounter");

    public string Id(string thing) => Clinic.Id($"{Path}/{thing}");

    public Dice Dice(string thing) => Clinic.Dice($"{Path}/{thing}");

    public Scene Later(TimeSpan by) => this with { At = At + by };

    public StaffMember Worker(string role) => Clinic.AnyOf(role, otherwise: Provider);

    /// <summary>A resource about the patient in this visit, with the elements that nearly all such types share.</summary>
    public JsonObject About(string type, string thing, string status)
    {
        var resource = Fhir.Resource(type, Id(thing));
        resource["status"] = status;
        resource["subject"] = Patient.Reference;
        resource["encounter"] = Fhir.Reference("Encounter", EncounterId);
        return resource;
    }
}

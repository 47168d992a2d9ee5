using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>
/// A clinic's history from a seed: records that come, change, are labelled, move to another patient and go, viewings, alerts, events of
/// another system. That of one patient has records of its own, and is the same whatever else happens in the clinic; the names that events
/// give to alerts and to another system's records are the same for every patient.
/// </summary>
internal sealed class RandomHistory(ChartClinic clinic, int seed, string? patient = null)
{
    private const int MostRecords = 6;
    private static readonly string[] Labels = ["", "", "", "", Sample.Labelled("HIV"), Sample.Labelled("NOPAT")];
    private readonly Random random = new(seed);
    private readonly HashSet<string> deleted = new(StringComparer.Ordinal);
    private readonly HashSet<(string Patient, string Id)> met = [];
    private int alerts;

    public async Task Step()
    {
        switch (random.Next(20))
        {
            case 0:
                await Delete();
                break;
            case 1:
                await View();
                break;
            case 2:
                await Alert();
                break;
            case 3:
                await Hear();
                break;
            default:
                await Put(Record());
                break;
        }
    }

    public string AnyPatient => patient ?? $"p{random.Next(1, 4)}";

    private string Own => patient is null ? "" : $"-{patient}";

    private async Task Put(string record)
    {
        var json = JsonNode.Parse(record)!.AsObject();
        var label = Labels[random.Next(Labels.Length)];
        if (label.Length > 0) json["meta"] = JsonNode.Parse($"{{{label[1..]}}}")!["meta"]!.DeepClone();
        deleted.Remove($"{json["resourceType"]}/{json["id"]}");
        await clinic.Write(json.ToJsonString());
    }

    private string Record()
    {
        var (number, patient, encounter) = (random.Next(1, MostRecords), AnyPatient, $"e{random.Next(1, MostRecords)}{Own}");
        var id = $"{number}{Own}";
        // Reports most of all: what is unread depends on the rows before it.
        return random.Next(16) switch
        {
            0 => Records.Patient(patient),
            1 => Records.Allergy($"a{id}", patient, Any("active", "inactive", "resolved")),
            2 => Records.Condition($"c{id}", patient, Any("active", "resolved"), encounter),
            3 => Records.Prescription($"m{id}", patient, Any("active", "active", "stopped", "draft"), encounter),
            4 => Records.Dispense($"d{id}", patient, $"m{id}"),
            5 => Records.Issue($"i{id}", patient, $"m{id}", Any("DRG", "ALGY")),
            6 => Records.EncounterOf(encounter, patient, Any("planned", "in-progress", "finished", "entered-in-error"), $"2026-0{number}-01T09:00:00Z"),
            7 => Records.Vital($"v{id}", patient, Any("8867-4", "8480-6", "8462-4", "29463-7"), random.Next(50, 150), "1", $"2026-03-0{number}", encounter),
            8 => Records.Pressure($"w{id}", patient, random.Next(90, 200), 80),
            9 => Records.Order($"o{id}", patient, Any("LAB", "RAD"), Any("active", "active", "completed"), encounter),
            10 => Records.Value($"k{id}", patient, random.Next(3, 8), Any(null, "H", "HH"), Any("final", "preliminary")!),
            11 => Records.Study($"s{id}", patient, $"o{id}", Any("available", "registered")!),
            _ => Records.Report(
                $"r{id}", patient, Any("preliminary", "final", "amended", "entered-in-error")!, Any("LAB", "LAB", "RAD")!, $"o{id}", null, [$"k{id}"]),
        };
    }

    private async Task Delete()
    {
        var id = random.Next(1, MostRecords);
        var path = $"{Any("AllergyIntolerance/a", "DiagnosticReport/r", "Observation/k", "Encounter/e", "MedicationRequest/m")}{id}{Own}";
        if (deleted.Add(path)) await clinic.Writer.Delete(path);
    }

    private async Task View()
    {
        var answer = await clinic.Writer.Get($"DiagnosticReport/r{random.Next(1, MostRecords)}{Own}");
        Assert.True(answer.Status is 200 or 404 or 410, answer.Text);
    }

    private async Task Alert()
    {
        var source = (await clinic.Clinic.Log()).FindLast(
            logged => logged.Type == "lab.critical.alert" && (patient is null || logged.Patient?.Value == patient));
        if (source is null) return;
        var about = source.Patient!.Value.Value;
        var alert = $"alert-{(random.Next(2) == 0 ? ++alerts : Math.Max(1, alerts))}";
        await (random.Next(3) switch
        {
            0 => Tell.Raised(clinic.Clinic, alert, about, source),
            1 => Tell.Acknowledged(clinic.Clinic, alert, about),
            _ => Tell.Resolved(clinic.Clinic, alert, about),
        });
    }

    /// <summary>Of another system, about a record that is not here.</summary>
    private Task Hear()
    {
        var (about, number) = (AnyPatient, random.Next(1, 4));
        EventData data = random.Next(5) switch
        {
            0 => new PatientAllergyAdded(about, $"AllergyIntolerance/fa{number}", $"fa{number}", Any("Latex", "Pollen")),
            1 => new PatientAllergyRemoved(about, $"AllergyIntolerance/fa{number}", $"fa{number}", "resolved"),
            2 => new MedicationPrescribed(about, $"MedicationRequest/fm{number}", $"fm{number}", Any("Metformin", "Aspirin")!),
            3 => new LabOrderCreated(about, $"ServiceRequest/fo{number}", $"fo{number}", Any("Glucose", "Sodium")!),
            _ when met.Add((about, $"fe{number}")) => new EncounterStarted(
                about, $"Encounter/fe{number}", $"fe{number}", "in-progress", "AMB", "dr-1", $"2026-04-0{number}T09:00:00Z"),
            _ => new EncounterCompleted(about, $"Encounter/fe{number}", $"fe{number}", "finished", EndedAt: "2026-04-05T09:30:00Z"),
        };
        return Tell.Append(clinic.Clinic, about, JsonSerializer.SerializeToElement(data, data.GetType()).GetProperty("Resource").GetString(), data);
    }

    private string Any(params string?[] words) => words[random.Next(words.Length)]!;
}

using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Encounters;

/// <summary>An Encounter as plain JSON.</summary>
internal sealed record EncounterView(
    string Id, string? PatientId, string? PatientName, string? Status, string? Class, string? Type, DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt, string? ProviderId, string? ProviderName) : IVersioned
{
    public string? Reason { get; init; }

    public string? AppointmentId { get; init; }

    /// <summary>Null where the caller may not see signatures.</summary>
    public bool? IsSigned { get; init; }

    public EncounterNote? Note { get; init; }

    /// <summary>What was added after it was signed, the oldest first.</summary>
    public IReadOnlyList<EncounterAddendum>? Addenda { get; init; }

    public IReadOnlyList<EncounterCode>? Diagnoses { get; init; }

    public IReadOnlyList<EncounterCode>? Procedures { get; init; }

    public IReadOnlyList<VitalValue>? Vitals { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What the Encounter holds by itself.</summary>
    public static EncounterView Of(FhirRecord record) => Of(record, NamesOfRecords.Among());

    public static EncounterView Of(FhirRecord record, NamesOfRecords names)
    {
        var encounter = record.Json;
        var (patient, provider) = (encounter.ReferenceTo("subject", "Patient"), ProviderOf(encounter));
        var period = encounter.Child("period") ?? default;
        return new EncounterView(
            record.Id, patient, names.Of("Patient", patient),
            EncounterStatus.Of(encounter),
            encounter.First("class")?.Text("code"),
            encounter.Concept("type"),
            period.Instant("start"), period.Instant("end"),
            provider, names.Of("Practitioner", provider))
        {
            Reason = encounter.Concept("reasonCode"),
            AppointmentId = encounter.ReferenceTo("appointment", "Appointment"),
            Version = record.Version,
            UpdatedAt = record.UpdatedAt,
        };
    }

    /// <summary>The references to people whose names are looked up.</summary>
    public static IEnumerable<JsonElement> People(FhirRecord record) => record.Json.Items("subject")
        .Concat(record.Json.Items("participant").SelectMany(participant => participant.Items("individual")));

    // The same choice as that of the events: who attends, else the first.
    private static string? ProviderOf(JsonElement encounter)
    {
        var people = encounter.Items("participant").Where(each => each.ReferenceTo("individual", "Practitioner") is not null).ToList();
        var lead = people.Find(each => each.Code("type", CodeSystems.ParticipationType) is "ATND" or "PPRF");
        return (lead.ValueKind == JsonValueKind.Object ? lead : people.FirstOrDefault()).ReferenceTo("individual", "Practitioner");
    }
}

/// <summary>The note of an encounter.</summary>
internal sealed record EncounterNote(string Id, string? Text, bool IsFinal);

/// <summary>A signed addition to a signed encounter.</summary>
internal sealed record EncounterAddendum(
    string Id, string? Text, string? AuthorId, string? AuthorName, DateTimeOffset? At, bool? IsSigned);

/// <summary>A diagnosis or a procedure.</summary>
internal sealed record EncounterCode(string Id, string? Display, string? Code, string? System);

/// <summary>One measurement.</summary>
internal sealed record VitalValue(string Name, decimal Value, string? Unit, DateTimeOffset? At);

using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// An Appointment as plain JSON. Times and type have both the names of the requests and those of the events, so that a client can put an
/// event's payload in the place of an item.
/// </summary>
internal sealed record AppointmentView(
    string Id, string? PatientId, string? PatientName, string? ProviderId, string? ProviderName, DateTimeOffset? Start, DateTimeOffset? End,
    string? Status, string? Type, string? Location) : IVersioned
{
    public DateTimeOffset? ScheduledStart => Start;

    public DateTimeOffset? ScheduledEnd => End;

    public string? AppointmentType => Type;

    public string? Reason { get; init; }

    public string? Comment { get; init; }

    public string? CancelReason { get; init; }

    /// <summary>What the appointments of one series share.</summary>
    public string? SeriesId { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Without the names that the record does not hold.</summary>
    public static AppointmentView Of(FhirRecord record) => Of(record, NamesOfRecords.Among());

    public static AppointmentView Of(FhirRecord record, NamesOfRecords names)
    {
        var appointment = record.Json;
        var (patient, provider) = (Actor(appointment, "Patient"), Actor(appointment, "Practitioner"));
        var place = Actor(appointment, "Location");
        return new AppointmentView(
            record.Id,
            patient?.IdOf("Patient"), NameOf(patient, "Patient", names),
            provider?.IdOf("Practitioner"), NameOf(provider, "Practitioner", names),
            appointment.Instant("start"), appointment.Instant("end"),
            AppointmentStatus.Of(appointment),
            appointment.Concept("appointmentType") ?? appointment.Concept("serviceType"),
            NameOf(place, "Location", names))
        {
            Reason = appointment.Concept("reasonCode"),
            Comment = appointment.Text("comment"),
            CancelReason = appointment.Concept("cancelationReason"),
            SeriesId = appointment.Items("identifier")
                .FirstOrDefault(each => each.Text("system") == AppointmentRecord.SeriesSystem).Text("value"),
            Version = record.Version,
            UpdatedAt = record.UpdatedAt,
        };
    }

    /// <summary>The people and places that take part: whose names are looked up.</summary>
    public static IEnumerable<JsonElement> Actors(FhirRecord record) => record.Json.Items("participant")
        .Select(participant => participant.Child("actor")).OfType<JsonElement>();

    /// <summary>The first who takes part of this type, by a reference or, where the type is said, by a name alone.</summary>
    private static JsonElement? Actor(JsonElement appointment, string type)
    {
        foreach (var participant in appointment.Items("participant"))
        {
            if (participant.Child("actor") is { } actor && (actor.IdOf(type) is not null || actor.Text("type") == type)) return actor;
        }

        return null;
    }

    private static string? NameOf(JsonElement? actor, string type, NamesOfRecords names) =>
        actor is { } known ? known.Text("display") ?? names.Of(type, known.IdOf(type)) : null;
}

using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>The schedule. A walk-in is created and checked in by one write, so a create may make two events.</summary>
internal sealed class AppointmentEvents() : ChangeRule("Appointment")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.After is not { } appointment) return;
        var isCreated = change.Before is null && appointment.Status() != "entered-in-error";
        var isCancelled = change.Entered(WillNotHappen) is not null;
        var isCheckedIn = change.Entered(PatientIsHere) is not null;
        var isUpdated = !isCancelled && !isCheckedIn && change.ChangedElements().Count > 0;
        if (!isCreated && !isCancelled && !isCheckedIn && !isUpdated) return;

        var about = About(change, appointment);
        if (isCreated) await derivation.Tell(about, async view => await Facts(change, appointment, view, cancel));
        if (isCancelled) await derivation.Tell(about, async view => Cancelled(await Facts(change, appointment, view, cancel)));
        if (isCheckedIn) await derivation.Tell(about, async view => CheckedIn(await Facts(change, appointment, view, cancel)));
        if (isUpdated) await derivation.Tell(about, async view => Updated(await Facts(change, appointment, view, cancel)));
    }

    // The first participant is the subject; the others of a group appointment are its patients too.
    private static ResourceChange About(ResourceChange change, JsonElement appointment) =>
        Actor(appointment, "Patient") is { } actor && FhirReference.Of(actor) is { Id: var id }
            ? change with { Patients = [.. change.Patients.Prepend(new PatientId(id)).Distinct()] }
            : change;

    private static bool WillNotHappen(JsonElement appointment) => appointment.Status() is "cancelled" or "noshow";

    private static bool PatientIsHere(JsonElement appointment) => appointment.Status() is "arrived" or "checked-in";

    private static async ValueTask<AppointmentCreated> Facts(
        ResourceChange change, JsonElement appointment, RecordView view, CancellationToken cancel)
    {
        var patient = Actor(appointment, "Patient");
        var provider = Actor(appointment, "Practitioner") ?? Actor(appointment, "PractitionerRole");
        var place = Actor(appointment, "Location") ?? Room(appointment);
        return new AppointmentCreated(
            change.Id,
            change.VersionedReference,
            appointment.Status(),
            patient is { } reference ? FhirReference.Of(reference)?.Id : change.Patient?.Value,
            patient is { } who ? await view.NameOf(who, cancel) : null,
            provider is { } by && FhirReference.Of(by) is { } person ? await view.Practitioner(person, cancel) ?? person.Id : null,
            provider is { } named ? await view.NameOf(named, cancel) : null,
            Instant(appointment, "start"),
            Instant(appointment, "end"),
            appointment.Concept("appointmentType") ?? appointment.Concept("serviceType"),
            place is { } where ? await view.NameOf(where, cancel) : null);
    }

    private static JsonElement? Actor(JsonElement appointment, string type)
    {
        foreach (var participant in appointment.Items("participant"))
        {
            if (participant.Child("actor") is { } actor && FhirReference.Of(actor)?.Type == type) return actor;
        }

        return null;
    }

    // A room that the directory does not have is known by its name alone.
    private static JsonElement? Room(JsonElement appointment)
    {
        foreach (var participant in appointment.Items("participant"))
        {
            if (participant.Child("actor") is { } actor && actor.Text("type") == "Location") return actor;
        }

        return null;
    }

    private static DateTimeOffset? Instant(JsonElement appointment, string name) =>
        appointment.Child(name) is { ValueKind: JsonValueKind.String } text
            && text.TryGetDateTimeOffset(out var instant) ? instant.ToUniversalTime() : null;

    // Four events, one set of facts: the contract fixes the same fields for each.
    private static AppointmentCancelled Cancelled(AppointmentCreated told) =>
        new(
            told.Id, told.Resource, told.Status, told.PatientId, told.PatientName, told.ProviderId, told.ProviderName,
            told.ScheduledStart, told.ScheduledEnd, told.AppointmentType, told.Location);

    private static AppointmentCheckedIn CheckedIn(AppointmentCreated told) =>
        new(
            told.Id, told.Resource, told.Status, told.PatientId, told.PatientName, told.ProviderId, told.ProviderName,
            told.ScheduledStart, told.ScheduledEnd, told.AppointmentType, told.Location);

    private static AppointmentUpdated Updated(AppointmentCreated told) =>
        new(
            told.Id, told.Resource, told.Status, told.PatientId, told.PatientName, told.ProviderId, told.ProviderName,
            told.ScheduledStart, told.ScheduledEnd, told.AppointmentType, told.Location);
}

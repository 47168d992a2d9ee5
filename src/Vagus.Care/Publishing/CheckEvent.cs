using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Care.Publishing;

/// <summary>What a publisher sent, found fit for the log: data of the catalogue, about a patient whose id can be one.</summary>
internal sealed record CheckedEvent(CloudEvent Sent, EventData Data, string? Patient, string? Resource)
{
    /// <summary>As the log keeps it: every field present, none that the catalogue does not know.</summary>
    public byte[] Body { get; } = EventCatalogue.Serialize(Data);
}

/// <summary>Decides whether an event of a peer may enter the log. The codes are part of the contract.</summary>
internal static class CheckEvent
{
    private const int LongestId = 64;

    // Of what a publisher names by its own ids. They stand in indexes, and PostgreSQL takes no row of more than 2,704 bytes there.
    private const int LongestForeignId = 256;

    // What the server alone can know: its own store, its own threads and alerts.
    private static readonly HashSet<string> OwnFamilies = new(StringComparer.Ordinal)
    {
        "resource", "thread", "message", "note", "alert", "notification",
    };

    public static Result<CheckedEvent> Of(CloudEventReading reading, TenantId tenant)
    {
        if (reading.Event is not { } sent) return Refuse("invalid_event", reading.Problem ?? "The event cannot be read.");
        if (!IsId(sent.Id)) return Refuse("invalid_id", $"id has 1 to {LongestId} letters, digits, hyphens, dots, colons or underscores.");
        if (EventCatalogue.Find(sent.Type) is not { } type) return Refuse("unknown_type", "The catalogue has no event of this type.");
        if (OwnFamilies.Contains(type.Family)) return Refuse("not_publishable", "The server alone tells events of this type.");
        if (sent.TenantId is { } named && named != tenant.Value) return Refuse("wrong_tenant", "The event is another organization's.");
        if (IllFormed(sent) is { } text) return Refuse("invalid_data", $"'{text}' holds U+0000 or half of a surrogate pair.");
        if (EventCatalogue.TryDeserialize(sent.Type, sent.Data.Span) is not { } data) return Refuse("invalid_data", OtherForm(sent));
        return Patients(new CheckedEvent(sent, data, null, null));
    }

    private static Result<CheckedEvent> Patients(CheckedEvent @event)
    {
        var json = JsonElement.Parse(@event.Body);
        var (subject, patient) = (@event.Sent.PatientId, Text(json, "patientId"));
        if (@event.Sent.Subject is not null && subject is null) return Refuse("invalid_subject", "subject is 'Patient/{id}'.");
        if (subject is not null && patient is not null && subject != patient)
            return Refuse("wrong_patient", "subject and data name different patients.");
        if ((subject ?? patient) is { } id && !ChosenId.IsFhirId(id)) return Refuse("invalid_subject", "A patient's id is an id of FHIR.");
        var resource = Text(json, "resource");
        if (resource is not null && !IsReference(resource)) return Refuse("invalid_data", "data.resource is 'Type/id/_history/version'.");
        if (json.EnumerateObject().Where(IsLongId).Select(field => field.Name).FirstOrDefault() is { } name)
            return Refuse("invalid_data", $"data.{name} has at most {LongestForeignId} characters.");
        return @event with { Patient = subject ?? patient, Resource = resource };
    }

    // PostgreSQL takes no U+0000: consumers would fail on an event that was accepted.
    private static string? IllFormed(CloudEvent sent)
    {
        (string Name, string? Text)[] attributes =
        [
            ("userid", sent.UserId), ("portaltype", sent.PortalType), ("correlationid", sent.CorrelationId),
            ("traceparent", sent.TraceParent),
        ];
        if (attributes.FirstOrDefault(each => each.Text?.Contains('\0') == true).Name is { } attribute) return attribute;
        return WellFormed.Text(sent.Data.Span) ? null : "data";
    }

    private static string OtherForm(CloudEvent sent) => EventCatalogue.WrongField(sent.Type, sent.Data.Span) is { } field
        ? $"data.{field} is missing, or not of the form that the catalogue of events has for it."
        : "The data is not an object.";

    private static bool IsId(string id) =>
        id.Length <= LongestId && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or ':' or '_');

    private static bool IsLongId(JsonProperty field) =>
        field.Name.EndsWith("Id", StringComparison.Ordinal) && field.Value.ValueKind == JsonValueKind.String
        && field.Value.GetString() is { Length: > LongestForeignId };

    private static bool IsReference(string text)
    {
        var parts = text.Split('/');
        if (parts.Length is not (2 or 4) || (parts.Length == 4 && (parts[2] != "_history" || !ChosenId.IsFhirId(parts[3])))) return false;
        return parts[0].Length is > 0 and <= LongestId && parts[0].All(char.IsAsciiLetter) && ChosenId.IsFhirId(parts[1]);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static Refusal Refuse(string code, string message) => new(RefusalKind.Invalid, code, message);
}

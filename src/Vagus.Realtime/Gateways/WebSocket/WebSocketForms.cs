using System.Text.Json;
using Vagus.Events;
using Vagus.Fhir.Store;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// The frames of <c>/ws</c> that carry what the feed tells. A frame that many get is written once, with the time of that.
/// </summary>
internal sealed class WebSocketForms
{
    private readonly WireForm<EventForm, byte[]?> events;
    private readonly WireForm<PositionForm, byte[]> positions;

    public WebSocketForms(TimeProvider clock)
    {
        events = new(form => Event(form, clock.GetUtcNow()));
        positions = new(form => Position(form, clock.GetUtcNow()));
    }

    /// <summary>
    /// <c>update</c> for a change of a resource, <c>clinical_event</c> for everything else; null for an event that is not carried.
    /// </summary>
    public byte[]? Of(EventForm form) => form.As(events);

    public byte[] Of(PositionForm form) => form.As(positions);

    public static byte[] Frame(string type, DateTimeOffset now, int size, Action<Utf8JsonWriter> data) => WireJson.Write(size, json =>
    {
        json.WriteString("type"u8, type);
        json.WriteStartObject("data"u8);
        data(json);
        json.WriteEndObject();
        json.WriteString("timestamp"u8, now.UtcDateTime);
    });

    public static byte[] Of(SearchChange change, DateTimeOffset now) =>
        Frame(SearchChange.Name, now, 512 + (change.Resource?.Length ?? 0), json =>
        {
            json.WriteString("subscription_id"u8, change.Subscription);
            json.WriteString("change"u8, change.Word);
            json.WriteString("resource_type"u8, change.Change.Type);
            json.WriteString("resource_id"u8, change.Change.Id);
            json.WritePropertyName("resource"u8);
            if (change.Resource is { } resource) json.WriteRawValue(resource, skipInputValidation: true);
            else json.WriteNullValue();
            json.WriteNumber("sequence"u8, change.Position);
        });

    /// <summary>The answer to a search that is kept open.</summary>
    public static void Write(Utf8JsonWriter json, string subscription, OpenedSearch opened, bool isResume)
    {
        json.WriteString("subscription_id"u8, subscription);
        json.WriteNumber("sequence"u8, opened.Sequence);
        if (isResume) json.WriteBoolean("reset"u8, opened.Page is not null);
        if (opened.Page is not { } page) return;

        if (page.Total is { } total) json.WriteNumber("total"u8, total);
        json.WriteBoolean("complete"u8, page.IsWhole);
        if (page.Notice is { } notice) json.WriteString("notice"u8, notice);
        json.WriteStartArray("resources"u8);
        foreach (var resource in page.Resources) json.WriteRawValue(resource, skipInputValidation: true);
        json.WriteEndArray();
    }

    private static byte[]? Event(EventForm form, DateTimeOffset now)
    {
        if (form.Type is not { } type) return null;
        return form.Change is { } change ? Update(form, change, now) : ClinicalEvent(form, type, now);
    }

    private static byte[] Update(EventForm form, ResourceEvent change, DateTimeOffset now) =>
        Frame("update", now, 512 + (form.Resource?.Length ?? 0), json =>
        {
            json.WriteString("action"u8, change.Action);
            json.WriteString("resource_type"u8, change.Type);
            json.WriteString("resource_id"u8, change.Id);
            WritePatient(json, form.Patient);
            json.WriteString("version_id"u8, change.Version);
            json.WritePropertyName("resource"u8);
            if (form.Resource is not { } resource || change.IsDeletion) json.WriteNullValue();
            else json.WriteRawValue(resource, skipInputValidation: true);
            json.WriteNumber("sequence"u8, form.Position);
        });

    private static byte[] ClinicalEvent(EventForm form, EventType type, DateTimeOffset now) =>
        Frame("clinical_event", now, 512 + form.Body.Length, json =>
        {
            json.WriteString("event_type"u8, type.ClinicalKind);
            // Several events share a kind; this is the one that happened.
            json.WriteString("name"u8, type.Name);
            WritePatient(json, form.Patient);
            json.WritePropertyName("details"u8);
            json.WriteRawValue(form.Body, skipInputValidation: true);
            json.WriteNumber("sequence"u8, form.Position);
        });

    private static byte[] Position(PositionForm form, DateTimeOffset now) => Frame(PositionForm.Name, now, 128, json =>
    {
        json.WriteNumber("sequence"u8, form.Sequence);
        json.WriteBoolean("live"u8, form.IsLive);
    });

    // A null string is written as null.
    private static void WritePatient(Utf8JsonWriter json, string? patient) => json.WriteString("patient_id"u8, patient);
}

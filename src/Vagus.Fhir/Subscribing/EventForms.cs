using System.Globalization;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Subscribing;

/// <summary>An event of the catalogue as one reader may see it.</summary>
internal sealed record EventForm(JsonElement Data, IReadOnlyList<PatientId> Patients)
{
    /// <summary>The resource that it points at, version 0 where it names none; null: it points at none.</summary>
    public AskedResource? Focus =>
        Data.TryGetProperty(Topics.ResourceField, out var resource) && resource.ValueKind == JsonValueKind.String
            ? VersionedReference(resource.GetString() ?? "") : null;

    private static AskedResource? VersionedReference(string reference) => reference.Split('/') switch
    {
        [var type, var id, "_history", var text] when IsResource(type, id) && IsVersion(text, out var version) =>
            new AskedResource(type, id, version),
        [var type, var id] when IsResource(type, id) => new AskedResource(type, id, 0),
        _ => null,
    };

    private static bool IsVersion(string text, out long version) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out version);

    // An event may have come from a producer, whose words are not ours.
    private static bool IsResource(string type, string id) =>
        R4Definitions.IsResourceType(type) && ChosenId.IsFhirId(id);
}

/// <summary>
/// The two forms of an event of the log, and who sees which: decided as for live events. The open form is for those who may not see all
/// that it draws from.
/// </summary>
internal sealed class EventForms
{
    private readonly EventFactsReader facts;
    private readonly EventForm whole;
    private readonly EventForm? open;

    private EventForms(EventFactsReader facts, EventForm whole, EventForm? open) =>
        (this.facts, this.whole, this.open) = (facts, whole, open);

    /// <summary>Null: its data has no form on any wire.</summary>
    public static EventForms? Of(LoggedEvent row, IReadOnlyDictionary<AskedResource, ResourceNow>? now)
    {
        if (DataOf(row.Body) is not { } data) return null;
        var open = row.OpenBody is { } body && DataOf(body) is { } rest ? new EventForm(rest, IsNameless(rest) ? [] : row.Patients) : null;
        return new EventForms(EventFactsReader.Read(row, change: null, data, now), new EventForm(data, row.Patients), open);
    }

    /// <summary>The values of either form: by them those are found whom it may concern.</summary>
    public IEnumerable<EventKey> KeysOf(Topic topic)
    {
        var keys = EventQuestion.KeysOf(topic, whole.Data, whole.Patients);
        return open is null ? keys : keys.Concat(EventQuestion.KeysOf(topic, open.Data, open.Patients)).Distinct();
    }

    /// <summary>The form in which the reader may see it; null: not at all.</summary>
    public EventForm? SeenBy(Reach reach, TenantPolicy policy)
    {
        if (EventVisibility.Sees(reach, facts.Whole, policy)) return whole;
        return open is not null && EventVisibility.Sees(reach, facts.Open, policy) ? open : null;
    }

    // Who asks for one patient's events would learn whose this one is.
    private static bool IsNameless(JsonElement data) =>
        data.TryGetProperty("patientId", out var patient) && patient.ValueKind == JsonValueKind.Null;

    private static JsonElement? DataOf(byte[] body)
    {
        try
        {
            var data = JsonElement.Parse(body);
            return data.ValueKind == JsonValueKind.Object ? data : null;
        }
        catch (JsonException)
        {
            // What follows it must go on.
            return null;
        }
    }
}

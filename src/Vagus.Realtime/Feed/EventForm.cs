using System.Text.Json;
using Vagus.Events;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// One event as some may see it. Each event has at most three: the whole, the open one without what not everybody may see, and, where
/// somebody lost sight of a resource, the notice that it is gone.
/// </summary>
internal sealed class EventForm : SharedForm<EventForm>
{
    private Dictionary<string, LiveTold>? told;

    private EventForm(LoggedEvent logged, byte[] body, EventType? type, byte[]? resource) =>
        (Logged, Body, Type, Resource) = (logged, body, type, resource);

    public LoggedEvent Logged { get; }

    /// <summary>The event's data as this form shows it.</summary>
    public byte[] Body { get; }

    /// <summary>Null for an event that the catalogue does not know; no wire carries it.</summary>
    public EventType? Type { get; }

    /// <summary>The content of the resource that the event tells of, where it was read.</summary>
    public byte[]? Resource { get; }

    public long Position => Logged.Position;

    public string TypeName => Logged.Type;

    /// <summary>The patients by whom a subscription finds it; the first is the one that the frames name.</summary>
    public required IReadOnlyList<string> Patients { get; init; }

    public string? Patient => Patients.Count == 0 ? null : Patients[0];

    /// <summary>Set for <c>resource.*</c>, which only the raw WebSocket carries.</summary>
    public ResourceEvent? Change { get; private init; }

    /// <summary>For those who still see the resource, and asked for patients whose record it left: the notice that it is gone.</summary>
    public EventForm? Former { get; private init; }

    /// <summary>What a feature tells of it in a namespace; null where it tells nothing.</summary>
    public LiveTold? ToldIn(string name) => told?.GetValueOrDefault(name);

    public static EventForm Whole(
        LoggedEvent logged, EventType? type, ResourceEvent? change, byte[]? resource, EventForm? former,
        Dictionary<string, LiveTold>? told) =>
        new(logged, logged.Body, type, resource)
        {
            Patients = PatientsOf(logged.Patients), Change = change, Former = former, told = told,
        };

    /// <summary>The open body may know of no patient where the whole one does.</summary>
    public static EventForm Open(LoggedEvent logged, byte[] body, EventType? type)
    {
        using var data = JsonDocument.Parse(body);
        var isNameless = data.RootElement.TryGetProperty("patientId"u8, out var patient) && patient.ValueKind == JsonValueKind.Null;
        return new EventForm(logged, body, type, resource: null) { Patients = isNameless ? [] : PatientsOf(logged.Patients) };
    }

    /// <summary>Tells those who lost sight of a resource that it is gone, and nothing of what became of it.</summary>
    public static EventForm? Gone(LoggedEvent logged, EventType? type, ResourceEvent? change)
    {
        if (change is null || logged.Narrows is not { WasVisible: true } before) return null;
        var left = before.Patients.Except(logged.Patients).ToList();
        return new EventForm(logged, [], type, resource: null)
        {
            Patients = PatientsOf(left.Count > 0 ? left : before.Patients),
            Change = change with { Action = ResourceEvent.Deleted },
        };
    }

    private static string[] PatientsOf(IReadOnlyList<PatientId> patients) =>
        patients.Count == 0 ? [] : [.. patients.Select(patient => patient.Value)];
}

using System.Text.Json;
using Vagus.Events;
using Vagus.SocketIO;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// One event as some may see it. Each event has at most three: the whole, the open one without what not everybody may see, and, where
/// somebody lost sight of a resource, the notice that it is gone. Each of a form's encodings is built when the first session needs it, and
/// shared by all.
/// </summary>
internal sealed class EventForm
{
    private readonly LoggedEvent logged;
    private readonly byte[] body;
    private readonly byte[]? resource;
    private readonly EventType? type;
    private EncodedEvent? live;
    private EncodedEvent? chosen;
    private EncodedEvent? replayed;
    private byte[]? raw;

    private EventForm(LoggedEvent logged, byte[] body, EventType? type, byte[]? resource) =>
        (this.logged, this.body, this.type, this.resource) = (logged, body, type, resource);

    public long Position => logged.Position;

    public string TypeName => logged.Type;

    /// <summary>The patients by whom a subscription finds it; the first is the one that the frames name.</summary>
    public required IReadOnlyList<string> Patients { get; init; }

    /// <summary>Set for <c>resource.*</c>, which only the raw WebSocket carries.</summary>
    public ResourceEvent? Change { get; private init; }

    /// <summary>For those who still see the resource, and asked for patients whose record it left: the notice that it is gone.</summary>
    public EventForm? Former { get; private init; }

    public static EventForm Whole(LoggedEvent logged, EventType? type, ResourceEvent? change, byte[]? resource, EventForm? former) =>
        new(logged, logged.Body, type, resource) { Patients = PatientsOf(logged.Patients), Change = change, Former = former };

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

    /// <summary>For a socket that follows the log: it carries its offset, and a socket ignores what it was sent before.</summary>
    /// <param name="target">The namespace.</param>
    /// <param name="isChosen">Whether the socket has subscribed to anything itself; the offset says so.</param>
    public EncodedEvent? Live(SocketNamespace target, bool isChosen)
    {
        if (type?.SocketName is not { } name) return null;
        return isChosen
            ? chosen ??= target.Encode(name, Payload(), new SocketOffset(Position, IsChosen: true).OfEvent())
            : live ??= target.Encode(name, Payload(), new SocketOffset(Position, IsChosen: false).OfEvent());
    }

    /// <summary>For a socket that asked to go back before the point where it came in; it carries no offset.</summary>
    public EncodedEvent? Replayed(SocketNamespace target) =>
        type?.SocketName is { } name ? replayed ??= target.Encode(name, Payload()) : null;

    /// <summary>
    /// The frame of the raw WebSocket: <c>update</c> for a change of a resource, <c>clinical_event</c> for everything else.
    /// </summary>
    public byte[]? Raw(DateTimeOffset now)
    {
        if (type is null) return null;
        return raw ??= Change is { } change
            ? RawEventFrames.Update(Position, Patient, change, resource, now)
            : RawEventFrames.ClinicalEvent(Position, Patient, type, body, now);
    }

    private ReadOnlyMemory<byte> Payload() => (live ?? chosen ?? replayed)?.ArgumentsJson ?? SocketPayload.Of(logged, body, Patient);

    private string? Patient => Patients.Count == 0 ? null : Patients[0];

    private static string[] PatientsOf(IReadOnlyList<Kernel.PatientId> patients) =>
        patients.Count == 0 ? [] : [.. patients.Select(patient => patient.Value)];
}

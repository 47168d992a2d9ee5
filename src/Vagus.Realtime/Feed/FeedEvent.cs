using System.Text.Json;
using Vagus.Access.Policies;
using Vagus.Events;
using Vagus.SocketIO;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// One event of the log on its way to the sessions of its tenant. Each form of it is built when the first session needs it, and shared by all.
/// </summary>
internal sealed class FeedEvent
{
    private readonly LoggedEvent logged;
    private readonly byte[]? resource;
    private EncodedEvent? live;
    private EncodedEvent? chosen;
    private EncodedEvent? replayed;
    private byte[]? raw;

    // Data that is no JSON object: it has no form on any wire, and nobody sees it. It must not stop what comes after it.
    private FeedEvent(LoggedEvent unreadable)
    {
        logged = unreadable;
        Facts = new EventFacts(unreadable.Type) { Patient = unreadable.Patient, Sensitive = true };
        KnowsResource = true;
    }

    private FeedEvent(LoggedEvent logged, JsonElement data, byte[]? resource, bool knowsResource)
    {
        (this.logged, this.resource) = (logged, resource);
        Type = EventCatalogue.Find(logged.Type);
        Facts = FactsOfEvent.Read(logged, data);
        Change = ResourceChange.Of(logged, data);
        KnowsResource = knowsResource || Change is null || Change.IsDeletion;
    }

    public long Position => logged.Position;

    public string TypeName => logged.Type;

    public string? Patient => logged.Patient?.Value;

    /// <summary>Null for an event that is newer than this server: it has no names on the wires.</summary>
    public EventType? Type { get; }

    public EventFacts Facts { get; }

    /// <summary>Set for <c>resource.*</c>, which only the raw WebSocket carries.</summary>
    public ResourceChange? Change { get; }

    /// <summary>False when nobody asked for the resource's content at the time the event was read.</summary>
    public bool KnowsResource { get; }

    public long Size => logged.Body.Length + (resource?.Length ?? 0) + 256;

    /// <param name="resources">Contents by position; null when they were not read.</param>
    public static FeedEvent Of(LoggedEvent logged, Dictionary<long, byte[]>? resources)
    {
        try
        {
            using var data = JsonDocument.Parse(logged.Body);
            return new FeedEvent(logged, data.RootElement, resources?.GetValueOrDefault(logged.Position), resources is not null);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new FeedEvent(logged);
        }
    }

    /// <summary>For a socket that follows the log: it carries its offset, and a socket ignores what it was sent before.</summary>
    /// <param name="target">The namespace.</param>
    /// <param name="isChosen">Whether the socket has subscribed to anything itself; the offset says so.</param>
    public EncodedEvent? Live(SocketNamespace target, bool isChosen)
    {
        if (Type?.SocketName is not { } name) return null;
        var payload = (live ?? chosen ?? replayed)?.ArgumentsJson ?? SocketPayload.Of(logged);
        return isChosen
            ? chosen ??= target.Encode(name, payload, new SocketOffset(Position, IsChosen: true).OfEvent())
            : live ??= target.Encode(name, payload, new SocketOffset(Position, IsChosen: false).OfEvent());
    }

    /// <summary>For a socket that asked to go back before the point where it came in; it carries no offset.</summary>
    public EncodedEvent? Replayed(SocketNamespace target) =>
        Type?.SocketName is { } name ? replayed ??= target.Encode(name, (live ?? chosen)?.ArgumentsJson ?? SocketPayload.Of(logged)) : null;

    /// <summary>The frame of the raw WebSocket: <c>update</c> for a change of a resource, <c>clinical_event</c> for everything else.</summary>
    public byte[]? Raw(DateTimeOffset now)
    {
        if (Type is null) return null;
        return raw ??= Change is { } change ? RawEventFrames.Update(logged, change, resource, now) : RawEventFrames.ClinicalEvent(logged, Type, now);
    }
}

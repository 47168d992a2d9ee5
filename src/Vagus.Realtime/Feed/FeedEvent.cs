using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Events;
using Vagus.Fhir.Live;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>One event of the log on its way to the sessions of its tenant, of whom each sees it in one form or not at all.</summary>
internal sealed class FeedEvent
{
    private readonly LoggedEvent logged;
    private readonly TenantPolicy visibility;
    private readonly EventFactsReader? facts;
    private readonly EventForm? whole;
    private readonly EventForm? open;
    private readonly EventForm? gone;

    // Data that is no JSON object: it has no form on any wire, and nobody sees it. It must not stop what comes after it.
    private FeedEvent(LoggedEvent unreadable)
    {
        (logged, visibility) = (unreadable, TenantPolicy.Default);
        (KnowsResource, KnowsMove) = (true, true);
    }

    private FeedEvent(LoggedEvent logged, JsonElement data, PageFacts page)
    {
        (this.logged, visibility) = (logged, page.Visibility);
        var type = EventCatalogue.Find(logged.Type);
        var change = ResourceEvent.Of(logged, data);
        facts = EventFactsReader.Read(logged, change, data, page.Now);
        gone = EventForm.Gone(logged, type, change);
        var content = page.Contents?.GetValueOrDefault(logged.Position);
        whole = EventForm.Whole(logged, type, change, content, gone, page.ToldOf(logged.EventId));
        open = logged.OpenBody is { } body ? EventForm.Open(logged, body, type) : null;
        KnowsResource = page.Contents is not null || change is null || change.IsDeletion;
        (Change, Move) = (change, page.Moves?.GetValueOrDefault(logged.Position));
        KnowsMove = change is null || page.Searched.Contains(change.Type);
        Size = logged.Body.Length + (logged.OpenBody?.Length ?? 0) + (content?.Length ?? 0) + (Move?.Size ?? 0) + 256;
        Patients = [.. facts.Whole.Patients, .. facts.Open.Patients.Except(facts.Whole.Patients),
            .. logged.Narrows?.Patients.Except(facts.Open.Patients) ?? []];
    }

    public long Position => logged.Position;

    public DateTimeOffset OccurredAt => logged.OccurredAt;

    /// <summary>Its data is no JSON object: it has no form.</summary>
    public bool IsUnreadable => facts is null;

    /// <summary>All patients who may be told of it.</summary>
    public IReadOnlyList<PatientId> Patients { get; } = [];

    /// <summary>Those who take part in it; then each person is judged by itself and not by its role.</summary>
    public IReadOnlyCollection<string>? Participants =>
        facts?.Whole.Participation?.Participants ?? facts?.Former?.Participation?.Participants;

    /// <summary>False when nobody asked for the resource's content at the time the event was read.</summary>
    public bool KnowsResource { get; }

    /// <summary>Set for <c>resource.*</c>.</summary>
    public ResourceEvent? Change { get; }

    /// <summary>What it does to its resource, where <see cref="KnowsMove"/>; null where there is no such version.</summary>
    public ResourceMove? Move { get; }

    /// <summary>False when no session searched the type at the time the event was read.</summary>
    public bool KnowsMove { get; }

    /// <summary>Somebody lost sight of a resource by it: what was read before it must be judged anew.</summary>
    public bool Narrows => logged.Narrows is not null;

    public long Size { get; }

    public static FeedEvent Of(LoggedEvent logged, PageFacts page)
    {
        try
        {
            using var data = JsonDocument.Parse(logged.Body);
            return new FeedEvent(logged, data.RootElement, page);
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return new FeedEvent(logged);
        }
    }

    /// <summary>The tenant's policy as it was when the event was read.</summary>
    public TenantPolicy Policy => visibility;

    /// <summary>Whether this is the visibility that its forms are decided by.</summary>
    public bool IsJudgedBy(TenantPolicy? now) => IsUnreadable || ReferenceEquals(visibility, now);

    /// <summary>The form in which the caller may see it, or null.</summary>
    public EventForm? SeenBy(Reach reach)
    {
        if (facts is null) return null;
        if (EventVisibility.Sees(reach, facts.Whole, visibility)) return whole;
        if (open is not null && EventVisibility.Sees(reach, facts.Open, visibility)) return open;
        return facts.Former is { } former && EventVisibility.Sees(reach, former, visibility) ? gone : null;
    }
}

/// <summary>What a page of the log was read together with.</summary>
internal sealed record PageFacts(TenantPolicy Visibility)
{
    /// <summary>Contents of resources by position; null when they were not read.</summary>
    public IReadOnlyDictionary<long, byte[]>? Contents { get; init; }

    /// <summary>The types of which the changes were read.</summary>
    public IReadOnlySet<string> Searched { get; init; } = FrozenSet<string>.Empty;

    /// <summary>What these changes did to their resources, by position.</summary>
    public IReadOnlyDictionary<long, ResourceMove>? Moves { get; init; }

    /// <summary>What features tell of the page's events, by namespace and event.</summary>
    public Dictionary<string, IReadOnlyDictionary<string, LiveTold>>? Told { get; init; }

    public Dictionary<string, LiveTold>? ToldOf(string eventId)
    {
        Dictionary<string, LiveTold>? found = null;
        foreach (var (name, events) in Told ?? [])
        {
            if (events.TryGetValue(eventId, out var told)) (found ??= new(StringComparer.Ordinal)).Add(name, told);
        }

        return found;
    }

    /// <summary>How the resources stand now that the page tells of; null where nothing was narrowed since.</summary>
    public IReadOnlyDictionary<AskedResource, ResourceNow>? Now { get; init; }
}

using System.Collections.Frozen;
using Vagus.Events;
using Vagus.Fhir.Live;

namespace Vagus.Realtime.Feed;

/// <summary>
/// What a subscription asks for: events, or what happens to the result of a search. It narrows what the caller may see and never widens it.
/// </summary>
internal sealed record EventFilter
{
    /// <summary>Everything of the catalogue, for a socket that has not subscribed.</summary>
    public static readonly EventFilter AllEvents = new();

    /// <summary>Wire names; null is all.</summary>
    public FrozenSet<string>? EventTypes { get; init; }

    /// <summary>Null is all patients, and events about none.</summary>
    public FrozenSet<string>? Patients { get; init; }

    /// <summary>True where changes of resources are asked for, of the types in <see cref="ResourceTypes"/> (null is all).</summary>
    public bool Resources { get; init; }

    public FrozenSet<string>? ResourceTypes { get; init; }

    /// <summary>Set where the subscription keeps a search open; it asks for no events then.</summary>
    public LiveSearch? Search { get; init; }

    /// <summary>The position of the page that the search began with: the client has everything up to there.</summary>
    public long From { get; init; }

    /// <summary>The rights under which the search was opened (<see cref="ReachedSearch.Mark"/>).</summary>
    public string? Rights { get; init; }

    public bool Matches(EventForm @event)
    {
        if (Search is not null) return false;
        if (Patients is not null && !@event.Patients.Any(Patients.Contains)) return false;
        if (@event.Change is { } change) return Resources && (ResourceTypes is null || ResourceTypes.Contains(change.Type));
        return EventTypes is null || EventTypes.Contains(@event.TypeName);
    }

    /// <summary>
    /// The wire names that a client's word stands for: a wire name, a socket name, a family (<c>lab.*</c>), <c>*</c>, or, where the client
    /// speaks in kinds, a clinical kind. Empty when it stands for nothing.
    /// </summary>
    public static IEnumerable<string> Expand(string word, bool kinds) =>
        EventCatalogue.All.Where(type => Stands(word, type) || (kinds && type.ClinicalKind == word)).Select(type => type.Name);

    private static bool Stands(string word, EventType type) =>
        word == type.Name || word == type.SocketName || word == "*"
        || (word.EndsWith(".*", StringComparison.Ordinal) && type.Name.StartsWith(word[..^1], StringComparison.Ordinal));
}

using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Realtime.Feed;

/// <summary>
/// The sessions of one tenant, grouped so that each event is decided once for all who may see the same. Guarded by the feed's gate.
/// Patients are found by the patients that an event is about and by those who take part in it: a thousand of them at home cost nothing when
/// the event is another's.
/// </summary>
internal sealed class Audience
{
    private readonly Dictionary<ReachKey, Group> groups = [];
    private readonly List<Group> everyone = [];
    private readonly Dictionary<PatientId, List<Group>> byPatient = [];
    private readonly Dictionary<string, List<Group>> byUser = new(StringComparer.Ordinal);

    public int Count { get; private set; }

    public IEnumerable<Follower> Followers => groups.Values.SelectMany(group => group.Members);

    public void Add(Follower follower)
    {
        var session = follower.Session;
        var key = ReachKey.Of(session.Reach);
        if (!groups.TryGetValue(key, out var group))
        {
            groups.Add(key, group = new Group(session.Reach));
            foreach (var place in PlacesOf(session.Reach)) place.Add(group);
        }

        if (group.Members.Add(follower)) Count++;
        Choose(follower);
    }

    /// <summary>One that asks for no event is passed by when there is one: it keeps searches open, or asks for nothing.</summary>
    public void Choose(Follower follower)
    {
        if (!groups.TryGetValue(ReachKey.Of(follower.Session.Reach), out var group) || !group.Members.Contains(follower)) return;

        if (follower.Subscriptions.WantsEvents) group.Listeners.Add(follower);
        else group.Listeners.Remove(follower);
    }

    public void Remove(Follower follower)
    {
        var session = follower.Session;
        var key = ReachKey.Of(session.Reach);
        if (!groups.TryGetValue(key, out var group) || !group.Members.Remove(follower)) return;

        group.Listeners.Remove(follower);
        Count--;
        if (group.Members.Count > 0) return;

        groups.Remove(key);
        foreach (var place in PlacesOf(session.Reach)) place.Remove(group);
        foreach (var patient in PatientsOf(session.Reach)) RemoveIfEmpty(byPatient, patient);
        RemoveIfEmpty(byUser, session.Caller.User.Value);
    }

    /// <summary>Hands the event on, in the form that each may see, for every session that may see it.</summary>
    public void Deliver(FeedEvent @event, Membership members)
    {
        foreach (var group in everyone) Deliver(group, @event, members);
        foreach (var group in PatientsOf(@event)) Deliver(group, @event, members);
    }

    private IEnumerable<Group> PatientsOf(FeedEvent @event)
    {
        if (byPatient.Count == 0 && byUser.Count == 0) return [];
        var own = @event.Patients.SelectMany(patient => byPatient.GetValueOrDefault(patient, []));
        var part = (@event.Participants ?? []).SelectMany(user => byUser.GetValueOrDefault(user, []));
        return own.Concat(part).Distinct();
    }

    private static void Deliver(Group group, FeedEvent @event, Membership members)
    {
        if (group.Listeners.Count == 0) return;

        // Participation is decided for each person, not for a role.
        var isPersonal = @event.Participants is not null;
        var seen = isPersonal ? null : @event.SeenBy(group.Reach);
        if (seen is null && !isPersonal) return;
        foreach (var follower in group.Listeners)
        {
            members.Deliver(follower, @event, isPersonal ? @event.SeenBy(follower.Session.Reach) : seen);
        }
    }

    private IEnumerable<List<Group>> PlacesOf(Reach reach)
    {
        if (!reach.IsOfRole || reach.RoleRows.Patients is null) return [everyone];
        return PatientsOf(reach).Distinct().Select(patient => PlaceOf(byPatient, patient)).Append(PlaceOf(byUser, reach.Caller.User.Value));
    }

    private static IEnumerable<PatientId> PatientsOf(Reach reach) => reach.Caller.OwnPatients.Concat(reach.Caller.LimitedPatients);

    private static List<Group> PlaceOf<TKey>(Dictionary<TKey, List<Group>> places, TKey key)
        where TKey : notnull => places.TryGetValue(key, out var place) ? place : places[key] = [];

    /// <summary>Never throws: the feed of the whole tenant would wait for one session's departure.</summary>
    private static void RemoveIfEmpty<TKey>(Dictionary<TKey, List<Group>> places, TKey key)
        where TKey : notnull
    {
        if (places.TryGetValue(key, out var place) && place.Count == 0) places.Remove(key);
    }

    private sealed class Group(Reach reach)
    {
        public Reach Reach => reach;

        public HashSet<Follower> Members { get; } = [];

        /// <summary>Those of them who ask for events.</summary>
        public HashSet<Follower> Listeners { get; } = [];
    }
}

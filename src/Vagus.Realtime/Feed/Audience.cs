using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Realtime.Sessions;

namespace Vagus.Realtime.Feed;

/// <summary>
/// The sessions of one tenant, grouped so that each event is decided once for all who may see the same. Guarded by the feed's gate.
/// Patients are found by the patient that an event is about: a thousand of them at home cost nothing when the event is another's.
/// </summary>
internal sealed class Audience
{
    private readonly Dictionary<AudienceKey, Group> groups = [];
    private readonly List<Group> everyone = [];
    private readonly Dictionary<PatientId, List<Group>> byPatient = [];

    public int Count { get; private set; }

    public IEnumerable<LiveSession> Sessions => groups.Values.SelectMany(group => group.Members);

    public void Add(LiveSession session)
    {
        var key = AudienceKey.Of(session.Caller);
        if (!groups.TryGetValue(key, out var group))
        {
            groups.Add(key, group = new Group(session.Caller));
            foreach (var place in PlacesOf(session.Caller)) place.Add(group);
        }

        if (group.Members.Add(session)) Count++;
    }

    public void Remove(LiveSession session)
    {
        var key = AudienceKey.Of(session.Caller);
        if (!groups.TryGetValue(key, out var group) || !group.Members.Remove(session)) return;

        Count--;
        if (group.Members.Count > 0) return;

        groups.Remove(key);
        foreach (var place in PlacesOf(session.Caller)) place.Remove(group);
        foreach (var patient in session.Caller.OwnPatients) if (byPatient[patient].Count == 0) byPatient.Remove(patient);
    }

    /// <summary>Hands the event on for every session that may see it.</summary>
    public void Deliver(FeedEvent occurrence, Membership members)
    {
        Deliver(everyone, occurrence, members);
        if (occurrence.Facts.Patient is { } patient && byPatient.TryGetValue(patient, out var own)) Deliver(own, occurrence, members);
    }

    private static void Deliver(List<Group> groups, FeedEvent occurrence, Membership members)
    {
        foreach (var group in groups)
        {
            if (!EventVisibility.Sees(group.Caller, occurrence.Facts)) continue;
            foreach (var session in group.Members) members.Deliver(session.Follower!, occurrence);
        }
    }

    private IEnumerable<List<Group>> PlacesOf(Caller caller)
    {
        if (caller.Role != Role.Patient) return [everyone];
        return caller.OwnPatients.Distinct().Select(patient => byPatient.TryGetValue(patient, out var list) ? list : byPatient[patient] = []);
    }

    private sealed class Group(Caller caller)
    {
        public Caller Caller => caller;

        public HashSet<LiveSession> Members { get; } = [];
    }

    /// <summary>What <see cref="EventVisibility"/> asks of a caller. Taking part in a thread is personal, so patients and drivers stand alone.</summary>
    private readonly record struct AudienceKey(Role Role, bool SeesSensitive, UserId? User, string Patients)
    {
        public static AudienceKey Of(Caller caller) => new(
            caller.Role,
            caller.SeesSensitive,
            caller.Role is Role.Patient or Role.Driver ? caller.User : null,
            string.Join('|', caller.OwnPatients.Select(patient => patient.Value)));
    }
}

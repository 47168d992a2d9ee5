using System.Diagnostics;

namespace Vagus.SocketIO.Load.Wire;

/// <summary>Many members of one room, opened a few hundred at a time.</summary>
internal sealed class Swarm
{
    private const int OpeningAtOnce = 128;

    private readonly List<Member> _members;

    private Swarm(List<Member> members) => _members = members;

    internal IReadOnlyList<Member> Members => _members;

    internal int Lost => _members.Count(member => member.WasLost);

    /// <summary>Opens the members and waits until every one has joined; throws when that takes longer than the limit.</summary>
    internal static Swarm Open(Poller poller, int port, int count, string? room, TimeSpan limit)
    {
        var upgrade = Frames.Upgrade(port);
        var join = room is null ? null : Frames.Text($"420[\"join\",\"{room}\"]");
        var joined = 0;
        List<Member> members = new(count);
        var started = Stopwatch.GetTimestamp();
        while (joined < count)
        {
            while (members.Count < count && members.Count - joined < OpeningAtOnce)
                members.Add(new Member(poller, port, upgrade, join) { OnJoined = _ => joined++ });
            poller.Turn(50);
            if (Stopwatch.GetElapsedTime(started) > limit)
                throw new TimeoutException($"{joined} of {count} members had joined after {limit.TotalSeconds} s.");
        }
        return new Swarm(members);
    }

    /// <summary>Counts from zero and tells each event to the given action.</summary>
    internal void Listen(Action<Member>? onEvent)
    {
        foreach (var member in _members)
        {
            member.Restart();
            member.OnEvent = onEvent;
        }
    }

    internal void Close()
    {
        foreach (var member in _members) member.Close();
    }
}

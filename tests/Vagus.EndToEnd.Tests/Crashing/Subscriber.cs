using System.Collections.Concurrent;
using Vagus.Storage.Log;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>One event as a subscriber got it.</summary>
internal readonly record struct Received(long Sequence, string Name);

/// <summary>A peer that follows the log across kills by reconnecting with the last sequence it saw, and keeps all that it was sent.</summary>
internal abstract class Subscriber(string name, Func<LoggedEvent, bool> isEntitled) : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> received = new();
    private readonly ConcurrentQueue<string> complaints = new();
    private long last;

    public string Name => name;

    public int Reconnections { get; protected set; }

    /// <summary>The last sequence seen; 0 at first: everything from the start of the log.</summary>
    public long Last => Volatile.Read(ref last);

    public int Count => received.Count;

    public abstract ValueTask DisposeAsync();

    /// <summary>What differs between what it got and what the log says that it had to get: nothing, each once, in order.</summary>
    public IEnumerable<string> Differences(IReadOnlyList<LoggedEvent> log)
    {
        foreach (var complaint in complaints) yield return $"{name}: {complaint}";
        var expected = log.Where(isEntitled).Select(each => new Received(each.Position, NameOf(each))).ToList();
        var actual = received.ToList();
        for (var index = 0; index < Math.Max(expected.Count, actual.Count); index++)
        {
            var wanted = index < expected.Count ? expected[index].ToString() : "nothing more";
            var got = index < actual.Count ? actual[index].ToString() : "nothing more";
            if (wanted == got) continue;
            yield return $"{name}: number {index + 1} of {expected.Count} is {got}, not {wanted}";
            yield break;
        }
    }

    /// <summary>True when the last event of the log that it is entitled to has arrived.</summary>
    public bool HasCaughtUp(IReadOnlyList<LoggedEvent> log) => Last >= (log.LastOrDefault(isEntitled)?.Position ?? 0);

    protected abstract string NameOf(LoggedEvent logged);

    protected void Took(Received one)
    {
        received.Enqueue(one);
        Volatile.Write(ref last, Math.Max(Last, one.Sequence));
    }

    protected void Complain(string complaint) => complaints.Enqueue(complaint);
}

using System.Collections.Concurrent;
using Vagus.Storage.Log;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>One event as a subscriber got it.</summary>
internal readonly record struct Received(long Sequence, string Name);

/// <summary>
/// A peer that follows the log across kills by reconnecting with the last sequence it saw, and keeps all that it was sent.
/// </summary>
internal abstract class Subscriber(string name, Func<LoggedEvent, bool> isEntitled, long since = 0) : IAsyncDisposable
{
    private readonly ConcurrentQueue<Received> received = new();
    private readonly ConcurrentQueue<string> complaints = new();
    private long last = since;

    public string Name => name;

    public int Reconnections { get; protected set; }

    /// <summary>The last sequence seen; at first where to begin.</summary>
    public long Last => Volatile.Read(ref last);

    public int Count => received.Count;

    /// <summary>False where live events may come before the replay of older ones.</summary>
    protected virtual bool ArrivesInOrder => true;

    public abstract ValueTask DisposeAsync();

    /// <summary>What differs between what it got and what the log says that it had to get: nothing, each once, in order.</summary>
    public IEnumerable<string> Differences(IReadOnlyList<LoggedEvent> log)
    {
        foreach (var complaint in complaints) yield return $"{name}: {complaint}";
        var expected = log.Where(isEntitled).Select(each => new Received(each.Position, NameOf(each))).ToList();
        var actual = ArrivesInOrder ? received.ToList() : [.. received.OrderBy(each => each.Sequence)];
        for (var index = 0; index < Math.Max(expected.Count, actual.Count); index++)
        {
            var wanted = index < expected.Count ? expected[index].ToString() : "nothing more";
            var got = index < actual.Count ? actual[index].ToString() : "nothing more";
            if (wanted == got) continue;
            yield return $"{name}: {actual.Count} events; number {index + 1} of {expected.Count} is {got}, not {wanted}";
            yield break;
        }
    }

    public bool HasCaughtUp(IReadOnlyList<LoggedEvent> log) => Count >= log.Count(isEntitled);

    protected abstract string NameOf(LoggedEvent logged);

    protected void Took(Received one)
    {
        received.Enqueue(one);
        Volatile.Write(ref last, Math.Max(Last, one.Sequence));
    }

    protected void Complain(string complaint) => complaints.Enqueue(complaint);
}

/// <summary>All of a run, ended with it.</summary>
internal sealed class Subscribers(IReadOnlyList<Subscriber> all) : IAsyncDisposable
{
    public IReadOnlyList<Subscriber> All => all;

    public async ValueTask DisposeAsync()
    {
        foreach (var subscriber in all) await subscriber.DisposeAsync();
    }
}

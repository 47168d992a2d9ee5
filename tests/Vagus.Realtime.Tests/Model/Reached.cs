using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Vagus.Realtime.Tests.Model;

/// <summary>States and transitions of a session that the runs have to reach.</summary>
internal enum Reached
{
    /// <summary>A place at the end of the log was told.</summary>
    Live,

    /// <summary>A session that was live had to read the log because its queue was full.</summary>
    FellBehind,
    CaughtUpFromMemory,
    CaughtUpFromLog,
    Debt,
    GapByRetention,

    /// <summary>The log lost what a catch-up was about to read.</summary>
    GapInCatchUp,
    GapByMaxReplay,
    Recovered,
    Refused,
    Resumed,

    /// <summary>The older, half-open connection of the same client was closed.</summary>
    TakenOver,
    OwedClaimed,
    OwedToldAsGap,
    ToldBack,
    Restarted,
    Killed,
    SignedOut,
    RightsEnded,
    ProxyRevoked,
    Disabled,

    /// <summary>Rights were changed while the client was on its way in.</summary>
    EndedOnTheWayIn,
    PolicyChanged,
    Narrowed,
    Deleted,

    /// <summary>A notice that a record went out of sight was heard.</summary>
    HeardGone,

    /// <summary>An event was heard without what not everybody may see.</summary>
    HeardOpen,

    /// <summary>An event that was visible when it was written did not have to come any more.</summary>
    HiddenByNow,

    /// <summary>A frame was judged that the server certainly judged after a narrowing of its record.</summary>
    JudgedByNow,
}

/// <summary>Counts how often each state was reached. Steps of a catch-up are in the server's log, with the cause of each.</summary>
internal sealed class Tally : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<Reached, int> seen = new();
    private readonly ConcurrentQueue<string> complaints = new();
    private long steps;
    private long frames;

    /// <summary>Warnings and errors of the server since this was asked last.</summary>
    public string TakeComplaints()
    {
        var taken = string.Join(Environment.NewLine, complaints);
        complaints.Clear();
        return taken;
    }

    public void CountStep() => Interlocked.Increment(ref steps);

    /// <summary>So many frames were judged.</summary>
    public void CountFrames(int count) => Interlocked.Add(ref frames, count);

    public void Saw(Reached state) => seen.AddOrUpdate(state, 1, (_, count) => count + 1);

    public string Report() =>
        $"{steps} steps, {frames} events, positions and gaps judged; "
        + string.Join(", ", Enum.GetValues<Reached>().Select(state => $"{state} {seen.GetValueOrDefault(state)}"));

    public Reached[] NotSeen(params Reached[] ofAnother) =>
        [.. Enum.GetValues<Reached>().Where(state => !seen.ContainsKey(state)).Except(ofAnother)];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Warning) complaints.Enqueue($"{eventId.Name}: {formatter(state, exception)} {exception}");
        if (eventId.Name != "Step" || state is not IReadOnlyList<KeyValuePair<string, object?>> values) return;

        var said = values.ToDictionary(each => each.Key, each => each.Value);
        Saw(said["Source"] is "memory" ? Reached.CaughtUpFromMemory : Reached.CaughtUpFromLog);
        if (said["Cause"] is "replay") Saw(Reached.Debt);
        if (said["Cause"] is "full_queue") Saw(Reached.FellBehind);
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}

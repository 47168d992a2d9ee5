namespace Vagus.Testing;

/// <summary>A clock that tests move. Timers, delays and, unless they are to move with it, timestamps stay real.</summary>
public sealed class TestClock(DateTimeOffset now) : TimeProvider
{
    private long ticks = now.UtcTicks;

    private long moved;

    public TestClock() : this(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero))
    {
    }

    public bool MovesTimestamps { get; init; }

    /// <summary>Called before a timer begins, with the time that it waits: a test acts here between two steps of the code.</summary>
    public Action<TimeSpan>? BeforeTimer { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        BeforeTimer?.Invoke(dueTime);
        return base.CreateTimer(callback, state, dueTime, period);
    }

    public override long GetTimestamp() => base.GetTimestamp() + (MovesTimestamps ? Interlocked.Read(ref moved) : 0);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Set(DateTimeOffset now) => Advance(now - GetUtcNow());

    public void Advance(TimeSpan by)
    {
        Interlocked.Add(ref ticks, by.Ticks);
        Interlocked.Add(ref moved, (long)(by.TotalSeconds * TimestampFrequency));
    }
}

namespace Vagus.Access.Tests.Vault;

/// <summary>Stands still until it is moved. Its timers are the system's.</summary>
internal sealed class MovedClock : TimeProvider
{
    private long ticks = new DateTimeOffset(2026, 11, 26, 9, 0, 0, TimeSpan.Zero).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Move(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref ticks);
}

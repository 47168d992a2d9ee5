namespace Vagus.SocketIO.Engine;

/// <summary>
/// All timers of the server. Three rings of 256 slots at 4 ms, 1 s and 262 s; one system timer, armed for the next slot that is
/// in use. A due time is rounded down to the slot, so that a limit is never enforced late by design. See the README.
/// </summary>
internal sealed class TimingWheel : IDisposable
{
    internal const int TickMilliseconds = 4;
    private const int Slots = 256;
    private const int Rings = 3;

    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly WheelEntry?[][] _rings = new WheelEntry?[Rings][];
    private readonly int[] _counts = new int[Rings];
    private long _tick;
    private long _armed = long.MaxValue;
    private bool _firing;

    internal TimingWheel(TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        for (var i = 0; i < Rings; i++) _rings[i] = new WheelEntry?[Slots];
        _timer = clock.CreateTimer(static wheel => ((TimingWheel)wheel!).Turn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Milliseconds since the wheel was made.</summary>
    internal long Now => (long)_clock.GetElapsedTime(_start).TotalMilliseconds;

    public void Dispose() => _timer.Dispose();

    /// <summary>
    /// Sets or moves an entry. It fires once, at <paramref name="due"/> (in <see cref="Now"/>'s milliseconds) or up to 4 ms before.
    /// </summary>
    internal void Set(WheelEntry entry, long due)
    {
        lock (_gate)
        {
            Unlink(entry);
            if (!_firing && _counts[0] + _counts[1] + _counts[2] == 0) _tick = Math.Max(_tick, Now / TickMilliseconds);
            entry.Due = due;
            Insert(entry);
            Arm();
        }
    }

    internal void Cancel(WheelEntry entry)
    {
        lock (_gate) Unlink(entry);
    }

    private void Turn()
    {
        List<WheelEntry>? due = null;
        lock (_gate)
        {
            _armed = long.MaxValue;
            if (_firing) return;

            _firing = true;
            // A quarter of a tick of grace: the system timer may fire a hair early.
            var target = (Now + 1) / TickMilliseconds;
            while (_tick <= target) Step(ref due, target);
        }
        foreach (var entry in due ?? []) entry.Fire(Now);
        lock (_gate)
        {
            _firing = false;
            Arm();
        }
    }

    private void Step(ref List<WheelEntry>? due, long target)
    {
        if (_counts[0] == 0 && _counts[1] == 0 && _counts[2] == 0)
        {
            _tick = target + 1;
            return;
        }
        while (_rings[0][_tick & 255] is { } entry)
        {
            Unlink(entry);
            (due ??= []).Add(entry);
        }
        _tick++;
        if ((_tick & 0xFFFF) == 0) Cascade(2, (_tick >> 16) & 255);
        if ((_tick & 255) == 0) Cascade(1, (_tick >> 8) & 255);
    }

    private void Cascade(int ring, long slot)
    {
        var entry = _rings[ring][slot];
        while (entry is not null)
        {
            var next = entry.Next;
            Unlink(entry);
            Insert(entry);
            entry = next;
        }
    }

    private void Insert(WheelEntry entry)
    {
        var tick = Math.Max(entry.Due / TickMilliseconds, _tick);
        var ahead = tick - _tick;
        var ring = ahead < 256 - (_tick & 255) ? 0 : ahead < 65_536 - (_tick & 0xFFFF) ? 1 : 2;
        // What is further away than the last ring reaches waits in its farthest slot and is placed anew from there.
        var slot = ring switch
        {
            0 => tick & 255,
            1 => (tick >> 8) & 255,
            _ => (Math.Min(tick, _tick + (255L << 16)) >> 16) & 255,
        };
        entry.Ring = (sbyte)ring;
        entry.Slot = (byte)slot;
        entry.Previous = null;
        entry.Next = _rings[ring][slot];
        if (entry.Next is not null) entry.Next.Previous = entry;
        _rings[ring][slot] = entry;
        _counts[ring]++;
    }

    private void Unlink(WheelEntry entry)
    {
        if (entry.Ring < 0) return;

        if (entry.Previous is null) _rings[entry.Ring][entry.Slot] = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is not null) entry.Next.Previous = entry.Previous;
        _counts[entry.Ring]--;
        entry.Ring = -1;
        entry.Next = entry.Previous = null;
    }

    private void Arm()
    {
        if (_firing) return;

        var next = NextTick();
        if (next >= _armed) return;

        _armed = next;
        var wait = Math.Max(0, (next * TickMilliseconds) - Now);
        _timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    private long NextTick()
    {
        if (_counts[0] > 0)
        {
            for (var tick = _tick; tick < (_tick | 255) + 1; tick++) if (_rings[0][tick & 255] is not null) return tick;
        }
        // Nothing before the next turn of the first ring; then the coarser rings are sorted into it.
        return _counts[1] + _counts[2] > 0 ? (_tick | 255) + 1 : long.MaxValue;
    }
}

/// <summary>Something that happens later; it is its own node in the wheel's lists.</summary>
internal abstract class WheelEntry
{
    internal WheelEntry? Next { get; set; }

    internal WheelEntry? Previous { get; set; }

    internal long Due { get; set; }

    internal sbyte Ring { get; set; } = -1;

    internal byte Slot { get; set; }

    /// <summary>Called outside the wheel's lock, on a thread-pool thread. It must not block or throw.</summary>
    internal abstract void Fire(long now);
}

/// <summary>A timer with a plain action, for the rare ones.</summary>
internal sealed class WheelAction(Action action) : WheelEntry
{
    internal override void Fire(long now) => action();
}

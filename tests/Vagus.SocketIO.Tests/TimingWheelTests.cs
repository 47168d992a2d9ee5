using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO.Tests;

public sealed class TimingWheelTests : IDisposable
{
    private readonly HandClock _clock = new();

    public void Dispose() => _clock.Dispose();

    [Theory]
    [InlineData(4)]
    [InlineData(300)]
    [InlineData(1_023)]
    [InlineData(1_024)]
    [InlineData(25_000)]
    [InlineData(262_143)]
    [InlineData(300_000)]
    [InlineData(86_400_000)]
    public void An_entry_fires_once_at_its_time_and_at_most_a_tick_before(long due)
    {
        using var wheel = new TimingWheel(_clock);
        var fired = new List<long>();
        wheel.Set(new WheelAction(() => fired.Add(_clock.Milliseconds)), due);

        _clock.AdvanceTo(due + 1_000);

        var at = Assert.Single(fired);
        Assert.InRange(at, due - TimingWheel.TickMilliseconds, due);
    }

    [Fact]
    public void A_cancelled_entry_does_not_fire()
    {
        using var wheel = new TimingWheel(_clock);
        var fired = 0;
        var entry = new WheelAction(() => fired++);
        wheel.Set(entry, 100);

        wheel.Cancel(entry);
        _clock.AdvanceTo(1_000);

        Assert.Equal(0, fired);
    }

    [Fact]
    public void A_moved_entry_fires_at_its_new_time_only()
    {
        using var wheel = new TimingWheel(_clock);
        var fired = new List<long>();
        var entry = new WheelAction(() => fired.Add(_clock.Milliseconds));
        wheel.Set(entry, 100);

        wheel.Set(entry, 5_000);
        _clock.AdvanceTo(10_000);

        Assert.InRange(Assert.Single(fired), 4_996, 5_000);
    }

    [Fact]
    public void An_entry_may_set_itself_again()
    {
        using var wheel = new TimingWheel(_clock);
        var fired = new List<long>();
        WheelAction? entry = null;
        entry = new WheelAction(() =>
        {
            fired.Add(_clock.Milliseconds);
            wheel.Set(entry!, wheel.Now + 100);
        });
        wheel.Set(entry, 100);

        _clock.AdvanceTo(1_050);

        Assert.InRange(fired.Count, 9, 11);
    }

    [Fact]
    public void Many_entries_at_random_times_all_fire_in_time()
    {
        using var wheel = new TimingWheel(_clock);
        var random = new Random(99);
        var late = 0;
        var fired = 0;
        for (var i = 0; i < 5_000; i++)
        {
            var due = random.Next(4, 600_000);
            wheel.Set(
                new WheelAction(() =>
                {
                    fired++;
                    if (_clock.Milliseconds > due || _clock.Milliseconds < due - TimingWheel.TickMilliseconds) late++;
                }),
                due);
        }

        _clock.AdvanceTo(700_000);

        Assert.Equal(5_000, fired);
        Assert.Equal(0, late);
    }

    /// <summary>A clock that stands still until it is moved; it has one timer, as the wheel needs.</summary>
    private sealed class HandClock : TimeProvider, IDisposable
    {
        private OneTimer? _timer;

        internal long Milliseconds { get; private set; }

        public override long TimestampFrequency => 1_000;

        public override long GetTimestamp() => Milliseconds;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _timer = new OneTimer(this, () => callback(state));

        internal void AdvanceTo(long milliseconds)
        {
            while (_timer is { Due: { } due } timer && due <= milliseconds)
            {
                Milliseconds = Math.Max(Milliseconds, due);
                timer.Fire();
            }
            Milliseconds = milliseconds;
        }

        public void Dispose() => _timer?.Dispose();

        private sealed class OneTimer(HandClock clock, Action callback) : ITimer
        {
            internal long? Due { get; private set; }

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Due = dueTime < TimeSpan.Zero ? null : clock.Milliseconds + (long)dueTime.TotalMilliseconds;
                return true;
            }

            internal void Fire()
            {
                Due = null;
                callback();
            }

            public void Dispose() => Due = null;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}

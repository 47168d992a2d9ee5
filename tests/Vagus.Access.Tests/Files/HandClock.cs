namespace Vagus.Access.Tests.Files;

/// <summary>Its timers come due when a test moves it, and never by themselves.</summary>
internal sealed class HandClock : TimeProvider
{
    private readonly Lock use = new();
    private readonly List<HandTimer> timers = [];
    private TimeSpan now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HandTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (use) timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        List<HandTimer> due;
        lock (use)
        {
            now += by;
            due = timers.FindAll(timer => timer.Due <= now);
            foreach (var timer in due) timer.Due = TimeSpan.MaxValue;
        }

        foreach (var timer in due) timer.Fire();
    }

    private sealed class HandTimer(HandClock clock, Action fire) : ITimer
    {
        public TimeSpan Due { get; set; } = TimeSpan.MaxValue;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.use) Due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : clock.now + dueTime;
            return true;
        }

        public void Dispose()
        {
            lock (clock.use) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

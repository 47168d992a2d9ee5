using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Tests.Feed;

public sealed class StopTests
{
    [Fact]
    public async Task A_feed_that_stops_closes_what_catches_up_and_waits_until_nothing_of_it_runs()
    {
        await using var clinic = await LiveClinic.Open(Engine.Sqlite);
        await clinic.WriteOrder();
        var feed = new TenantFeed(LiveClinic.North, clinic.Get<FeedSources>());
        await feed.Started;
        var stuck = new Stuck();
        feed.Begin(feed.Enter(stuck, new Entry(0, Asked: null), greet: null)!);
        await stuck.Waits.Task;
        Assert.Equal((0, 1), feed.Count);

        await feed.DisposeAsync();

        Assert.Equal(Closing.Restart, stuck.Closed);
        Assert.True(stuck.WaitIsOver);
    }

    /// <summary>A connection whose client takes nothing.</summary>
    private sealed class Stuck() : LiveConnection(
        new Admission(new Caller(LiveClinic.North, new UserId("u"), Role.Provider, new SessionId("s")), DateTimeOffset.MaxValue)
        { Narrowing = TenantNarrowing.None })
    {
        public TaskCompletionSource Waits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WaitIsOver { get; private set; }

        public Closing? Closed { get; private set; }

        public override CancellationToken Gone => CancellationToken.None;

        public override bool HasRoom => false;

        public override void Deliver(EventForm @event, Delivery how) => throw new InvalidOperationException("There is no room.");

        public override void TellGap(long from, long to) => throw new InvalidOperationException("Nothing was lost.");

        public override void TellPosition(PositionForm position, Standing standing)
        {
            // Not what this is about.
        }

        public override async ValueTask<bool> WaitForRoom(CancellationToken cancel)
        {
            Waits.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, cancel);
                return true;
            }
            finally
            {
                WaitIsOver = true;
            }
        }

        public override void Close(Closing why) => Closed = why;
    }
}

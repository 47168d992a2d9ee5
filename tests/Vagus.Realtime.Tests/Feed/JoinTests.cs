using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Access.Visibility;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Tests.Feed;

/// <summary>The point at which the tail takes over from a catch-up.</summary>
public sealed class JoinTests : IDisposable
{
    private static readonly TenantId Tenant = new("north");
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RealtimeMetrics metrics;

    public JoinTests() => metrics = new RealtimeMetrics(services.GetRequiredService<IMeterFactory>());

    public void Dispose()
    {
        metrics.Dispose();
        services.Dispose();
    }

    [Fact]
    public void The_tail_does_not_repeat_what_a_catch_up_has_read_ahead_of_it()
    {
        var state = new FeedState(_ => throw new InvalidOperationException("Nothing is asked of the log."));
        var (members, steps) = Feed(state);
        members.Judge(TenantPolicy.Default);
        var session = ReadAhead(members, steps);
        for (var position = 2; position <= 4; position++) Assert.True(members.Take(Order(position), judgedAt: 0));

        Assert.Equal([1, 2, 3, 4], session.Delivered);
        Assert.Empty(session.Gaps);
    }

    [Fact]
    public void A_gap_of_the_tail_begins_behind_what_a_catch_up_has_read_ahead_of_it()
    {
        var state = new FeedState(_ => throw new InvalidOperationException("Nothing is asked of the log."));
        var (members, steps) = Feed(state);
        members.Judge(TenantPolicy.Default);
        var session = ReadAhead(members, steps);

        // What the tail had not come to was removed meanwhile.
        members.PassOver(2, 5);

        Assert.Equal([1, 2, 3], session.Delivered);
        Assert.Equal([(4, 5)], session.Gaps);
    }

    [Fact]
    public void What_the_tail_read_before_a_label_or_another_visibility_was_known_is_read_again()
    {
        var state = new FeedState(_ => throw new InvalidOperationException("Nothing is asked of the log."));
        var (members, steps) = Feed(state);
        members.Judge(TenantPolicy.Default);
        var session = new Listener { Room = true };
        members.Begin(members.Enter(session, new Entry(0, Asked: null))!);

        state.Narrowed(2);
        var afterLabel = members.Take(Order(1), judgedAt: 0);
        members.Judge(TenantPolicy.Parse(System.Text.Json.JsonElement.Parse("\"open\"")));
        var afterSetting = members.Take(Order(1), judgedAt: 2);

        Assert.Equal((false, false), (afterLabel, afterSetting));
        Assert.Equal((0, 0), (session.Delivered.Count, state.Position));
    }

    [Fact]
    public void Nothing_is_delivered_to_a_session_before_its_sign_in_was_looked_at_and_then_nothing_is_left_out()
    {
        var state = new FeedState(_ => throw new InvalidOperationException("Nothing is asked of the log."));
        var (members, _) = Feed(state);
        members.Judge(TenantPolicy.Default);
        var session = new Listener { Room = true };
        var follower = members.Enter(session, new Entry(0, Asked: null))!;

        for (var position = 1; position <= 3; position++) Assert.True(members.Take(Order(position), judgedAt: 0));
        Assert.Empty(session.Delivered);

        members.Begin(follower);
        Assert.True(members.Take(Order(4), judgedAt: 0));
        Assert.Equal([1, 2, 3, 4], session.Delivered);
    }

    // No room for the first event: the session falls behind, and its catch-up reads two events that the tail has not come to.
    private static Listener ReadAhead(Membership members, CatchUpSteps steps)
    {
        var session = new Listener { Room = false };
        var follower = members.Enter(session, new Entry(0, Asked: null))!;
        members.Begin(follower);
        Assert.True(members.Take(Order(1), judgedAt: 0));
        session.Room = true;
        var step = new CatchUpStep(0, 3, Debt: null, new PageWants(Contents: false, new HashSet<string>())) { JudgedAt = 0 };
        for (var position = 1; position <= 3; position++) Assert.True(steps.Take(follower, step, Order(position)));
        Assert.Null(steps.Advance(follower));
        Assert.Equal(FeedMode.Live, follower.Mode);
        return session;
    }

    private (Membership Members, CatchUpSteps Steps) Feed(FeedState state)
    {
        var options = new RealtimeOptions();
        var positions = new Positions(state, options, metrics, TimeProvider.System);
        var steps = new CatchUpSteps(state, positions);
        return (new Membership(state, positions, steps, options, _ => { }), steps);
    }

    private static FeedEvent Order(long position) => FeedEvent.Of(
        new LoggedEvent
        {
            Tenant = Tenant,
            Position = position,
            EventId = $"e{position}",
            Type = "lab.order.created",
            Patients = [],
            Resource = null,
            Labels = Sensitivity.None,
            OccurredAt = DateTimeOffset.UnixEpoch,
            UserId = null,
            PortalType = null,
            CorrelationId = null,
            TraceParent = null,
            Body = EventCatalogue.Serialize(new LabOrderCreated("p1", "ServiceRequest/o/_history/1", "o")),
        },
        new PageFacts(TenantPolicy.Default));

    /// <summary>A session without a wire: it keeps what it is given.</summary>
    private sealed class Listener()
        : LiveConnection(new Admission(new Caller(Tenant, new UserId("u"), Role.Provider, new SessionId("s")), DateTimeOffset.MaxValue)
        { Narrowing = TenantNarrowing.None })
    {
        public List<long> Delivered { get; } = [];

        public List<(long From, long To)> Gaps { get; } = [];

        public bool Room { get; set; }

        public override CancellationToken Gone => CancellationToken.None;

        public override bool HasRoom => Room;

        public override void Deliver(EventForm @event, Delivery how) => Delivered.Add(@event.Position);

        public override void TellGap(long from, long to) => Gaps.Add((from, to));

        public override void TellPosition(PositionForm position, Standing standing)
        {
            // Not what this is about.
        }

        public override ValueTask<bool> WaitForRoom(CancellationToken cancel) => ValueTask.FromResult(Room);

        public override void Close(Closing why) => throw new InvalidOperationException($"Closed: {why}.");
    }
}

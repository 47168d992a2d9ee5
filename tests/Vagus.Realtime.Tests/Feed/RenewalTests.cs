using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Tests.Feed;

/// <summary>A newer token lengthens a connection that has the same rights, and no other.</summary>
public sealed class RenewalTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_token_with_the_same_rights_lengthens_the_connection()
    {
        var connection = new Idle(Admitted(own: ["p", "child", "other"], glass: true));

        Assert.True(connection.Renew(Admitted(own: ["p", "other", "child"], glass: true) with { ExpiresAt = Now.AddHours(1) }));

        Assert.Equal(Now.AddHours(1), connection.ExpiresAt);
    }

    [Fact]
    public void A_token_with_other_rights_does_not()
    {
        var connection = new Idle(Admitted(own: ["p", "child"], glass: true));
        Admission[] others =
        [
            Admitted(own: ["p"], limited: ["child"], glass: true), Admitted(own: ["p", "child", "another"], glass: true),
            Admitted(own: ["p", "child"], limited: ["another"], glass: true), Admitted(own: ["p", "child"]),
            Admitted(own: ["p", "child"], glass: true) with { RightsUntil = Now.AddMinutes(1) },
            Seeing(Sensitivity.All, Admitted(own: ["p", "child"], glass: true)),
        ];

        Assert.All(others, other => Assert.False(connection.Renew(other with { ExpiresAt = Now.AddHours(1) })));

        Assert.Equal(Now, connection.ExpiresAt);
    }

    private static Admission Seeing(Sensitivity labels, Admission admission) =>
        admission with { Caller = admission.Caller with { SeesLabels = labels } };

    private static Admission Admitted(string[] own, string[]? limited = null, bool glass = false)
    {
        var caller = new Caller(new TenantId("t"), new UserId("u"), Role.Patient, new SessionId("s"))
        {
            OwnPatients = [.. own.Select(each => new PatientId(each))],
            LimitedPatients = [.. (limited ?? []).Select(each => new PatientId(each))],
        };
        return new Admission(caller, Now)
        {
            Narrowing = TenantNarrowing.None,
            RightsUntil = Now.AddHours(2),
            BreakGlass = glass ? [new BreakGlass(new PatientId("x"), "ETREAT", Now.AddHours(2), OpensPart2: true)] : [],
        };
    }

    /// <summary>A connection to which nothing is sent.</summary>
    private sealed class Idle(Admission admission) : LiveConnection(admission)
    {
        public override CancellationToken Gone => CancellationToken.None;

        public override bool HasRoom => false;

        public override void Deliver(EventForm @event, Delivery how) => throw new NotSupportedException();

        public override void TellGap(long from, long to) => throw new NotSupportedException();

        public override void TellPosition(PositionForm position, Standing standing) => throw new NotSupportedException();

        public override ValueTask<bool> WaitForRoom(CancellationToken cancel) => throw new NotSupportedException();

        public override void Close(Closing why) => throw new NotSupportedException();
    }
}

using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Tests.Feed;

public sealed class AudienceTests
{
    [Fact]
    public void A_session_that_names_one_patient_twice_is_taken_out_like_any_other()
    {
        var audience = new Audience();
        var session = FollowerOf(new PatientId("p7"), new PatientId("p7"));
        var other = FollowerOf(new PatientId("p7"));
        audience.Add(session);
        audience.Add(other);

        audience.Remove(session);
        audience.Remove(other);

        Assert.Equal(0, audience.Count);
        Assert.Empty(audience.Followers);
    }

    private static Follower FollowerOf(params PatientId[] patients) => new(new StillSession(patients), new Entry(0, Asked: null));

    private sealed class StillSession(params PatientId[] patients)
        : LiveConnection(new Admission(CallerOf(patients), DateTimeOffset.MaxValue) { Narrowing = TenantNarrowing.None })
    {
        public override CancellationToken Gone => CancellationToken.None;

        public override bool HasRoom => true;

        public override void Deliver(EventForm @event, Delivery how)
        {
        }

        public override void TellGap(long from, long to)
        {
        }

        public override void TellPosition(PositionForm position, Standing standing)
        {
        }

        public override ValueTask<bool> WaitForRoom(CancellationToken cancel) => ValueTask.FromResult(true);

        public override void Close(Closing why)
        {
        }

        private static Caller CallerOf(PatientId[] patients) =>
            new(new TenantId("north"), new UserId("u1"), Role.Patient, new SessionId("s1")) { OwnPatients = patients };
    }
}

using Vagus.Kernel;
using Vagus.Messaging.Live;

namespace Vagus.Messaging.Tests.Live;

public sealed class WaitingCountsTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 4, 8, 0, 0, TimeSpan.Zero);
    private readonly WaitingCounts waiting = new();

    [Fact]
    public void Each_sign_in_waits_once_and_as_it_came()
    {
        foreach (var session in new[] { "a", "b", "a", "c", "b" }) waiting.Add(Nurse(session), isNamed: false);

        Assert.Equal(["a", "b"], Sessions(waiting.Take(2, Now)));
        waiting.Add(Nurse("a"), isNamed: false);
        Assert.Equal(["c", "a"], Sessions(waiting.Take(2, Now)));
        Assert.Empty(waiting.Take(1, Now));
    }

    [Fact]
    public void Those_who_are_named_come_first_also_where_they_waited_for_their_role()
    {
        foreach (var session in new[] { "a", "b", "c", "d" }) waiting.Add(Nurse(session), isNamed: false);
        waiting.Add(Nurse("e"), isNamed: true);
        waiting.Add(Nurse("c"), isNamed: true);
        waiting.Add(Nurse("e"), isNamed: false);

        Assert.Equal(["c", "e", "a"], Sessions(waiting.Take(3, Now)));
    }

    [Fact]
    public void Who_has_gone_waits_no_more_and_other_tenants_do()
    {
        waiting.Add(Nurse("a"), isNamed: false);
        waiting.Add(Nurse("b"), isNamed: false);
        waiting.Add(Nurse("a", "other"), isNamed: false);

        waiting.Keep(new TenantId("t"), new HashSet<SessionId> { new("b") });

        Assert.Equal(["b", "a"], Sessions(waiting.Take(3, Now)));
    }

    [Fact]
    public void Who_was_put_off_is_passed_over_until_the_time_and_then_counted_as_it_is()
    {
        waiting.PutOff(Nurse("a"), Now.AddSeconds(5));
        waiting.Add(Nurse("b"), isNamed: false);
        waiting.Add(Nurse("a") with { Role = Role.Billing }, isNamed: true);

        Assert.Equal(["b"], Sessions(waiting.Take(2, Now.AddSeconds(4))));
        Assert.Equal(Role.Billing, Assert.Single(waiting.Take(2, Now.AddSeconds(5))).Role);
    }

    private static IEnumerable<string> Sessions(IEnumerable<Caller> callers) => callers.Select(caller => caller.Session.Value);

    private static Caller Nurse(string session, string tenant = "t") =>
        new(new TenantId(tenant), new UserId("u"), Role.Nurse, new SessionId(session));
}

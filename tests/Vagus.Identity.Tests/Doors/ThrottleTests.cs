using System.Net;
using Vagus.Identity.Doors;

namespace Vagus.Identity.Tests.Doors;

public sealed class ThrottleTests
{
    private readonly TestClock clock = new();

    [Fact]
    public async Task Attempts_come_back_one_by_one()
    {
        var throttle = new SignInThrottle(clock);
        for (var n = 0; n < SignInThrottle.Burst; n++) Assert.True(await throttle.Enter("ann", "net", default));

        Assert.False(await throttle.Enter("ann", "net", default));
        Assert.True(await throttle.Enter("ann", "other net", default));
        clock.Advance(SignInThrottle.Refill);
        Assert.True(await throttle.Enter("ann", "net", default));
        Assert.False(await throttle.Enter("ann", "net", default));
    }

    [Fact]
    public async Task A_success_does_not_count()
    {
        var throttle = new SignInThrottle(clock);

        for (var n = 0; n < SignInThrottle.Burst * 3; n++)
        {
            Assert.True(await throttle.Enter("ann", "net", default));
            throttle.GiveBack("ann", "net");
        }
    }

    [Fact]
    public void Failures_delay_and_never_lock()
    {
        Assert.Equal(TimeSpan.Zero, SignInThrottle.DelayAfter(4.9));
        Assert.Equal(SignInThrottle.FirstDelay, SignInThrottle.DelayAfter(5));
        Assert.Equal(SignInThrottle.FirstDelay * 2, SignInThrottle.DelayAfter(6));
        Assert.Equal(SignInThrottle.LongestDelay, SignInThrottle.DelayAfter(1_000_000));
    }

    [Fact]
    public async Task Failures_from_many_networks_delay_the_account_until_they_are_forgiven()
    {
        var throttle = new SignInThrottle(clock);
        for (var n = 0; n < 1000; n++) throttle.Failed("ann");
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await throttle.Enter("ann", "fresh net", impatient.Token));

        clock.Advance(SignInThrottle.Forgiveness * SignInThrottle.FreeFailures * 4);
        Assert.True(await throttle.Enter("ann", "fresh net", default));
    }

    [Theory]
    [InlineData("192.0.2.17", "192.0.2.200", true)]
    [InlineData("192.0.2.17", "192.0.3.17", false)]
    [InlineData("::ffff:192.0.2.17", "192.0.2.1", true)]
    [InlineData("2001:db8:1:2:3::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void A_network_is_what_one_attacker_holds(string one, string other, bool same) =>
        Assert.Equal(same, ClientFacts.NetworkOf(IPAddress.Parse(one)) == ClientFacts.NetworkOf(IPAddress.Parse(other)));
}

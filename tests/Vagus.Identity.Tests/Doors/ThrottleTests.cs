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

    [Fact]
    public async Task Who_sprays_from_one_network_fills_the_places_of_that_network_alone()
    {
        var throttle = Guessed("account", SignInThrottle.MostOfNetwork + 1);
        using var end = new CancellationTokenSource();
        var sprayed = Enumerable.Range(0, SignInThrottle.MostOfNetwork)
            .Select(number => throttle.Enter($"account{number}", "sprayer", end.Token).AsTask()).ToList();

        var refused = throttle.Enter($"account{SignInThrottle.MostOfNetwork}", "sprayer", end.Token).AsTask();
        var waits = throttle.Enter("account0", "ward", end.Token).AsTask();

        Assert.True(refused.IsCompletedSuccessfully && !await refused);
        Assert.All(sprayed.Append(waits), each => Assert.False(each.IsCompleted));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(sprayed));
        Assert.True(await throttle.Enter($"account{SignInThrottle.MostOfNetwork}", "sprayer", CancellationToken.None));
    }

    [Fact]
    public async Task Who_guesses_at_one_account_from_many_networks_fills_the_places_of_that_account_alone()
    {
        var throttle = Guessed("account", 2);
        using var end = new CancellationTokenSource();
        var guesses = Enumerable.Range(0, SignInThrottle.MostOfAccount)
            .Select(number => throttle.Enter("account0", $"network{number}", end.Token).AsTask()).ToList();

        var refused = throttle.Enter("account0", "ward", end.Token).AsTask();
        var waits = throttle.Enter("account1", "ward", end.Token).AsTask();

        Assert.True(refused.IsCompletedSuccessfully && !await refused);
        Assert.All(guesses.Append(waits), each => Assert.False(each.IsCompleted));
        await end.CancelAsync();
    }

    /// <summary>Accounts at which somebody has guessed until the delay is the longest.</summary>
    private SignInThrottle Guessed(string account, int count)
    {
        var throttle = new SignInThrottle(clock);
        foreach (var number in Enumerable.Range(0, count))
            for (var n = 0; n < SignInThrottle.FreeFailures * 4; n++) throttle.Failed($"{account}{number}");
        return throttle;
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

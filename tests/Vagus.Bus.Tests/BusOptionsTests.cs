namespace Vagus.Bus.Tests;

public sealed class BusOptionsTests
{
    private static readonly BusOptions On = new() { Servers = "nats://127.0.0.1:4222" };

    [Theory]
    [InlineData("nats://127.0.0.1:4222", true)]
    [InlineData("tls://nats-1.example:4222,tls://nats-2.example:4222", true)]
    [InlineData("http://127.0.0.1:4222", false)]
    [InlineData("127.0.0.1:4222", false)]
    [InlineData("nats://user:secret@127.0.0.1:4222", false)]
    [InlineData("", false)]
    public void Addresses_have_a_scheme_and_no_password(string servers, bool fits)
    {
        Assert.Equal(fits, BusAddresses.Problem(servers) is null);
        Assert.DoesNotContain("secret", BusAddresses.Problem(servers) ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nats://127.0.0.1:4222", null)]
    [InlineData("nats://localhost:4222,nats://[::1]:4222", null)]
    [InlineData("tls://nats.example:4222", null)]
    [InlineData("tls://nats-1.example:4222,nats://nats-2.example:4222", "nats-2.example")]
    public void Another_machine_is_spoken_to_by_TLS_only(string servers, string? host) =>
        Assert.Equal(host, BusAddresses.HostWithoutTls(On with { Servers = servers }));

    [Fact]
    public void Settings_that_do_not_fit_are_named()
    {
        Assert.Null(On.FirstProblem());
        Assert.Null(new BusOptions { Limits = new BusLimits { Replicas = 2 } }.FirstProblem());
        Names("replicas", On with { Limits = new BusLimits { Replicas = 2 } });
        Names("dedupe", On with { Limits = new BusLimits { DedupeWindow = TimeSpan.FromDays(8) } });
        Assert.Null((On with { Limits = new BusLimits { LongestPause = TimeSpan.FromSeconds(20) } }).FirstProblem());
        Names("longest pause", On with { Limits = new BusLimits { LongestPause = TimeSpan.FromSeconds(21) } });
        Names("password", On with { Credentials = new BusCredentials { User = "vagus" } });
        Names("one credential", On with
        {
            Credentials = new BusCredentials { User = "vagus", Password = "x", NKeyFile = "seed" },
        });
        Names("does not exist", On with { Credentials = new BusCredentials { NKeyFile = "no-such-file" } });
        Names("stands twice", On with { Senders = [new("a", "north", "s"), new("a", "north", "t")] });
        Names("no tenant's id", On with { Senders = [new("a", "north.*", "s")] });
        Names("no name", On with { Senders = [new("a.b", "north", "s")] });
    }

    private static void Names(string words, BusOptions options) => Assert.Contains(words, options.FirstProblem(), StringComparison.Ordinal);
}

using Vagus.Bus;
using Vagus.Server.Checkup;
using Vagus.Storage;
using Vagus.Testing;

namespace Vagus.Server.Tests.Checkup;

/// <summary>The line of <c>vagus doctor</c> about NATS.</summary>
public sealed class BusCheckTests
{
    [Fact]
    public async Task It_says_whether_NATS_is_off_good_or_not_there()
    {
        await using var server = await TestServer.Start();
        await using var nats = await NatsServer.Start();

        Assert.Equal("ok    nats: off", await Line(server, new BusOptions()));
        Assert.Matches(@"^ok    nats: NATS \d+\.\d+\.\d+, 0 streams, at most 0 events behind$", await Line(server, new() { Servers = nats.Url }));
        await nats.Stop();
        Assert.StartsWith("fail  nats: NATS does not answer", await Line(server, new() { Servers = nats.Url }), StringComparison.Ordinal);
    }

    private static async Task<string> Line(TestServer server, BusOptions bus) =>
        (await BusCheck.Look(TestServer.Options("") with { Bus = bus }, server.Get<Database>(), default)).ToString();
}

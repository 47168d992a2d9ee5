using Microsoft.Extensions.Logging.Abstractions;
using NATS.Client.JetStream;
using Vagus.Bus.Connecting;
using Vagus.Bus.Publishing;
using Vagus.Bus.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Publishing;

/// <summary>
/// A process that was paused wakes up and sends what it had taken up, while another one has long gone on. NATS has forgotten the ids of the
/// events: they are not what keeps the stream right.
/// </summary>
public sealed class TwoWritersTests : IAsyncLifetime
{
    private static readonly TenantId North = Node.North;
    private NatsServer nats = null!;
    private Node node = null!;
    private Subscriber reader = null!;
    private NatsLine pausedLine = null!;
    private NatsLine otherLine = null!;
    private List<LoggedEvent> events = null!;

    public async ValueTask InitializeAsync()
    {
        nats = await NatsServer.Start();
        reader = new Subscriber(nats);
        node = await Node.Create(Engine.Sqlite, Node.Options(nats));
        (pausedLine, otherLine) = (await Connected(), await Connected());
        await node.Append(North, 1, 30);
        events = await node.Storage.Log.Read(North, 0, 30, default);
    }

    public async ValueTask DisposeAsync()
    {
        await pausedLine.DisposeAsync();
        await otherLine.DisposeAsync();
        await node.DisposeAsync();
        await reader.DisposeAsync();
        await nats.DisposeAsync();
    }

    [Fact]
    public async Task It_repeats_nothing_that_the_other_has_published()
    {
        using var paused = new TenantStream(Tools(pausedLine), North);
        using var other = new TenantStream(Tools(otherLine), North);
        await paused.Publish(events[..10], default);
        await other.Publish(events[10..20], default);
        await IdsAreForgotten();

        await Assert.ThrowsAsync<NatsJSApiException>(() => paused.Publish(events[10..30], default).AsTask());
        var meanwhile = await reader.Ids(North);
        Assert.Equal(Node.Ids(1, meanwhile.Count), meanwhile);
        await Condition.Becomes(() => IsPublished(paused, events[10..30]), "the rest is published");

        await reader.HasAll(North, 30);
    }

    [Fact]
    public async Task It_leaves_nothing_out_where_the_numbers_of_messages_fit_by_chance()
    {
        using var paused = new TenantStream(Tools(pausedLine), North);
        using var other = new TenantStream(Tools(otherLine), North);
        await paused.Publish(events[..10], default);
        await other.Publish(events[10..19], default);
        await IdsAreForgotten();
        await RetryParked(other);

        await Assert.ThrowsAsync<NatsJSApiException>(() => paused.Publish(events[10..30], default).AsTask());
        await Condition.Becomes(() => IsPublished(paused, events[10..30]), "the rest is published");

        Assert.Equal([.. Node.Ids(1, 19), Node.Id(3), .. Node.Ids(20, 30)], await reader.Ids(North));
    }

    [Fact]
    public async Task An_event_that_NATS_calls_a_duplicate_shifts_none_of_those_after_it()
    {
        await node.Append(North, 3, 3);
        await node.Append(North, 31, 35);
        var all = await node.Storage.Log.Read(North, 0, 40, default);
        using var stream = new TenantStream(Tools(otherLine), North);

        await stream.Publish(all, default);

        Assert.Equal(Node.Ids(1, 35), await reader.Ids(North));
    }

    /// <summary>As the consumer's host does: again until it goes through. What the failed attempt sent may still come in between.</summary>
    private static async Task<bool> IsPublished(TenantStream stream, List<LoggedEvent> events)
    {
        try
        {
            await stream.Publish(events, default);
            return true;
        }
        catch (NatsJSApiException)
        {
            return false;
        }
    }

    /// <summary>As the consumer's host does for an operator: the event lies behind the cursor and comes after later ones.</summary>
    private async Task RetryParked(TenantStream stream)
    {
        Assert.True((await node.Storage.Commit.Write<bool>(
            North, async (write, cancel) => await Cursors.Move(write, "nats", 19, cancel), default)).Value);
        await stream.Publish([events[2]], default);
    }

    private Task IdsAreForgotten() => Condition.Becomes(
        async () => (DateTimeOffset.UtcNow - (await reader.Messages(North))[^1].At) > TimeSpan.FromSeconds(2),
        "the window of ids has passed");

    private async Task<NatsLine> Connected()
    {
        var line = new NatsLine(node.Storage.Get<BusOptions>());
        await line.Connection.ConnectAsync();
        return line;
    }

    private StreamTools Tools(NatsLine line) => new(
        line, node.Storage.Log, node.Storage.Get<Cursors>(), node.Storage.Get<FakeLabels>(), node.Storage.Get<BusOptions>(),
        node.Storage.Get<BusMeter>(), NullLogger.Instance);
}

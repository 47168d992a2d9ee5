using System.Text;
using NATS.Client.JetStream;
using Vagus.Bus.Connecting;
using Vagus.Bus.Tests.Running;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Intake;

/// <summary>A message that was given out often without an answer, as in a long outage, is tried before anything is decided of it.</summary>
public abstract class ManyDeliveriesTests(Engine engine)
{
    private const int Many = 26;

    [Fact]
    public async Task A_good_event_comes_in_after_a_long_outage()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await WithMessageGivenOut(nats, client, Many);
        var room = node.Storage.Get<FakeRoom>();
        room.Answer = _ => new Refusal(RefusalKind.Unavailable, "busy", "Too many writes wait.");

        await node.Start();
        await Condition.Becomes(() => Task.FromResult(room.Offered.Count > 5), "it is tried again and again");
        room.Answer = _ => null;

        await Condition.Becomes(async () => (await node.Storage.Log.Read(Node.North, 0, 10, default)).Count == 1, "it is in the log");
        Assert.Empty(await client.DeadLetters(Node.North));
    }

    [Fact]
    public async Task One_defect_is_enough_to_put_it_aside_then()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await WithMessageGivenOut(nats, client, Many);
        var room = node.Storage.Get<FakeRoom>();
        room.Answer = _ => throw new InvalidDataException("Mrs Miller");

        await node.Start();

        await Condition.Becomes(async () => (await client.DeadLetters(Node.North)).Count == 1, "it is a dead letter");
        var dead = (await client.DeadLetters(Node.North))[0];
        Assert.Equal("delivered_too_often", dead.Headers["Vagus-Reason"]);
        Assert.DoesNotContain("Miller", dead.Headers["Vagus-Reason-Text"], StringComparison.Ordinal);
        Assert.Single(room.Offered);
    }

    /// <summary>A node that is not started, in whose intake one message waits that another one has had so often.</summary>
    private async Task<Node> WithMessageGivenOut(NatsServer nats, Subscriber client, int times)
    {
        var options = Node.Options(nats) with { Senders = [new("bridge", "north", "bridge-account")] };
        var node = await Node.Create(engine, options, add: FakeRoom.Add);
        await node.AddService(Node.North, "bridge-account");
        await node.Start();
        INatsJSConsumer? consumer = null;
        await Condition.Becomes(async () => (consumer = await Consumer(client)) is not null, "the intake is there");
        await node.Stop();
        await node.Storage.Reopen();
        var sent = new CloudEvent("a", "appointment.created", "urn:bridge", DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes("{}"));
        await client.Send("vagus-in.north.bridge.appointment.created", sent.ToUtf8Json());
        for (var time = 0; time < times; time++)
        {
            var given = await consumer!.NextAsync<byte[]>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(30) });
            Assert.NotNull(given);
            await given.NakAsync();
        }

        return node;
    }

    private static async Task<INatsJSConsumer?> Consumer(Subscriber client)
    {
        try
        {
            return await client.JetStream.GetConsumerAsync(Subjects.IntakeStream(Node.North), "vagus");
        }
        catch (NatsJSApiException none) when (none.Error.Code == 404)
        {
            return null;
        }
    }
}

public sealed class ManyDeliveriesOnSqlite() : ManyDeliveriesTests(Engine.Sqlite);

public sealed class ManyDeliveriesOnPostgres() : ManyDeliveriesTests(Engine.Postgres);

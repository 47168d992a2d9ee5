using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Bus.Connecting;
using Vagus.Bus.Tests.Running;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Connecting;

/// <summary>
/// The users of deploy/nats/users.conf in a real NATS: each may do what it is for, and nothing of another tenant or user.
/// </summary>
public sealed class PermissionTests
{
    private static readonly TenantId Demo = new("demo");

    [Fact]
    public async Task The_server_publishes_and_takes_events_with_the_rights_of_the_example()
    {
        await using var nats = await Start();
        await using var node = await Server(nats);
        await using var bridge = new Subscriber(nats, User("demo-bridge"), "_INBOX_demo-bridge");
        await using var reader = Reader(nats);
        await node.Append(Demo, 1, 3);
        await Condition.Becomes(async () => await node.Cursor(Demo) == 3, "they are published");

        await Condition.Becomes(() => Sent(bridge, "vagus-in.demo.bridge.appointment.created", "e00004"), "the sender may send");

        await Condition.Becomes(async () => await node.Cursor(Demo) == 4, "it went out");
        Assert.Equal(Node.Ids(1, 4), await Follow(reader, 4));
    }

    [Theory]
    [InlineData("vagus-in.south.bridge.appointment.created")]
    [InlineData("vagus-in.demo.other.appointment.created")]
    [InlineData("vagus.demo.appointment.created")]
    [InlineData("vagus-dead.demo")]
    [InlineData("vagus-wake")]
    public async Task A_sender_publishes_nowhere_else(string subject)
    {
        await using var nats = await Start();
        await using var node = await Server(nats);
        await node.Append(Demo, 1, 1);
        await Condition.Becomes(async () => await node.Cursor(Demo) == 1, "streams are there");
        await using var bridge = new Subscriber(nats, User("demo-bridge"), "_INBOX_demo-bridge");

        Assert.False(await Sent(bridge, subject, "x"));
    }

    [Fact]
    public async Task A_reader_reads_no_other_tenant_changes_nothing_and_hears_no_answers_of_others()
    {
        await using var nats = await Start();
        await using var node = await Server(nats);
        await node.Append(Node.South, 1, 1);
        await Condition.Becomes(async () => await node.Cursor(Node.South) == 1, "the other tenant has a stream");
        await using var reader = Reader(nats);

        await Refused(() => reader.JetStream.GetStreamAsync("VAGUS_south").AsTask());
        await Refused(() => reader.JetStream.CreateOrUpdateConsumerAsync("VAGUS_south", new ConsumerConfig("spy")).AsTask());
        await Refused(() => reader.JetStream.DeleteStreamAsync("VAGUS_demo").AsTask());
        Assert.False(await Sent(reader, "vagus.demo.appointment.created", "x"));
        Assert.False(await Hears(reader, "vagus.south.>", node, Node.South));
        Assert.False(await Hears(reader, "_INBOX_vagus.>", node, Node.South));
        Assert.False(await Hears(reader, "_INBOX.>", node, Node.South));
    }

    [Theory]
    [InlineData("$JS.API.CONSUMER.CREATE.VAGUS_demo")]
    [InlineData("$JS.API.CONSUMER.CREATE.VAGUS_demo.writer")]
    [InlineData("$JS.API.CONSUMER.CREATE.VAGUS_demo.reader")]
    [InlineData("$JS.API.CONSUMER.CREATE.VAGUS_demo.writer.vagus.demo.>")]
    [InlineData("$JS.API.CONSUMER.DURABLE.CREATE.VAGUS_demo.writer")]
    [InlineData("$JS.API.CONSUMER.DURABLE.CREATE.VAGUS_demo.reader")]
    [InlineData("vagus-api.CONSUMER.CREATE.VAGUS_demo.reader")]
    public async Task A_reader_makes_no_consumer_that_would_write_for_it(string door)
    {
        await using var nats = await Start();
        await using var node = await Server(nats);
        await node.Append(Demo, 1, 3);
        await Condition.Becomes(async () => await node.Cursor(Demo) == 3, "they are published");
        await using var reader = Reader(nats);
        var name = door.Contains("reader", StringComparison.Ordinal) ? "reader" : "writer";
        var request = Encoding.UTF8.GetBytes(
            $$$"""
            {"stream_name":"VAGUS_demo","config":{"durable_name":"{{{name}}}","deliver_subject":"vagus-in.demo.bridge.resource.deleted",
             "deliver_policy":"all","ack_policy":"none"}}
            """);

        await reader.Connection.PublishAsync(door, request, replyTo: "_INBOX_demo-reader.answer");
        await reader.Connection.PingAsync();
        await node.Append(Demo, 4, 5);
        await Condition.Becomes(async () => await node.Cursor(Demo) == 5, "later ones are published");

        Assert.Equal(Node.Ids(1, 5), await Follow(reader, 5));
        Assert.Empty(await node.Storage.Log.Read(Demo, 5, 10, default));
        var server = node.Storage.Get<NatsLine>();
        Assert.Equal(0UL, (await StreamRules.Find(server.JetStream, "VAGUS_IN_demo", default))!.State.LastSeq);
    }

    [Theory]
    [InlineData("demo-reader", "vagus-api.CONSUMER.INFO.VAGUS_demo.reader", "vagus.demo.resource.deleted")]
    [InlineData("demo-reader", "vagus-api.CONSUMER.MSG.NEXT.VAGUS_demo.reader", "vagus.demo.resource.deleted")]
    [InlineData("demo-reader", "vagus-api.CONSUMER.MSG.NEXT.VAGUS_demo.reader", "vagus-in.demo.bridge.resource.deleted")]
    [InlineData("demo-bridge", "vagus-in.demo.bridge.appointment.created", "vagus.demo.resource.deleted")]
    [InlineData("demo-bridge", "vagus-in.demo.bridge.appointment.created", "vagus-in.demo.bridge.resource.deleted")]
    public async Task An_answer_of_NATS_gets_into_no_stream(string user, string request, string answer)
    {
        await using var nats = await Start();
        await using var node = await Server(nats);
        await node.Append(Demo, 1, 3);
        await Condition.Becomes(async () => await node.Cursor(Demo) == 3, "they are published");
        await using var client = new Subscriber(nats, User(user), $"_INBOX_{user}");

        await client.Connection.PublishAsync(request, "{}"u8.ToArray(), replyTo: answer);
        await client.Connection.PingAsync();
        await node.Append(Demo, 4, 5);
        await Condition.Becomes(async () => await node.Cursor(Demo) == 5, "later ones are published");

        var server = node.Storage.Get<NatsLine>();
        Assert.Equal(5UL, (await StreamRules.Find(server.JetStream, "VAGUS_demo", default))!.State.LastSeq);
        var taken = (await StreamRules.Find(server.JetStream, "VAGUS_IN_demo", default))!.State.LastSeq;
        Assert.Equal(user == "demo-bridge" ? 1UL : 0UL, taken);
    }

    [Fact]
    public async Task A_server_with_a_wrong_password_is_not_let_in_and_says_so()
    {
        await using var nats = await Start();
        using var log = new RecordedLog();
        await using var node = await Node.Start(
            Engine.Sqlite, Node.Options(nats) with { Credentials = new BusCredentials { User = "vagus", Password = "wrong" } }, log);
        await node.Append(Demo, 1, 2);

        await log.Line("NATS cannot be reached");
        Assert.Equal(0, await node.Cursor(Demo));
    }

    private static Task<NatsServer> Start() => NatsServer.Start(
        File.ReadAllText(Path.Combine(Sources.Root, "deploy", "nats", "users.conf"))
            .Replace("$NATS_VAGUS_PASSWORD", "secret", StringComparison.Ordinal)
            .Replace("$NATS_SENDER_PASSWORD", "secret", StringComparison.Ordinal)
            .Replace("$NATS_READER_PASSWORD", "secret", StringComparison.Ordinal));

    private static async Task<Node> Server(NatsServer nats)
    {
        var options = Node.Options(nats) with
        {
            Credentials = new BusCredentials { User = "vagus", Password = "secret" }, Senders = [new("bridge", "demo", "bridge-account")],
            Readers = [new("reader", "demo")],
        };
        var node = await Node.Create(Engine.Sqlite, options, add: FakeRoom.Add);
        await node.AddService(Demo, "bridge-account");
        await node.Start();
        var line = node.Storage.Get<NatsLine>();
        await Condition.Becomes(
            async () => line.IsOpen && await StreamRules.Find(line.JetStream, "VAGUS_IN_demo", default) is not null, "the intake is there");
        return node;
    }

    private static Subscriber Reader(NatsServer nats) => new(nats, User("demo-reader"), "_INBOX_demo-reader", "vagus-api");

    private static NatsAuthOpts User(string name) => new() { Username = name, Password = "secret" };

    private static async Task<bool> Sent(Subscriber client, string subject, string id)
    {
        try
        {
            await client.Send(
                subject, new CloudEvent(id, "appointment.created", "urn:x", DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes("{}")).ToUtf8Json());
            return true;
        }
        catch (NatsException)
        {
            return false;
        }
    }

    private static Task Refused(Func<Task> call) => Assert.ThrowsAnyAsync<NatsException>(call);

    /// <summary>Whether something is heard while events of the tenant are published.</summary>
    private static async Task<bool> Hears(Subscriber client, string subject, Node node, TenantId tenant)
    {
        using var enough = new CancellationTokenSource();
        var heard = 0;
        var listening = Task.Run(async () =>
        {
            await foreach (var message in client.Connection.SubscribeAsync<byte[]>(subject, cancellationToken: enough.Token)) heard++;
        });
        var before = await node.Cursor(tenant);
        await client.Connection.PingAsync();
        for (var n = 1; n <= 5; n++) await node.Append(tenant, (int)before + n, (int)before + n);
        await Condition.Becomes(async () => await node.Cursor(tenant) == before + 5, "they are published");
        await client.Connection.PingAsync();
        await enough.CancelAsync();
        await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return heard > 0;
    }

    private static async Task<List<string>> Follow(Subscriber reader, int count)
    {
        var consumer = await reader.JetStream.GetConsumerAsync("VAGUS_demo", "reader");
        var ids = new List<string>();
        while (ids.Count < count)
        {
            var message = await consumer.NextAsync<byte[]>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromSeconds(10) });
            Assert.NotNull(message);
            ids.Add(CloudEvent.Read(message.Data).Event!.Id);
            await message.AckAsync();
        }

        return ids;
    }
}

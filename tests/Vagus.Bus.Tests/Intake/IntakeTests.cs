using System.Globalization;
using System.Text;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Access.AuditReading;
using Vagus.Bus.Connecting;
using Vagus.Bus.Tests.Running;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Intake;

public abstract class IntakeTests(Engine engine)
{
    private const string Subject = "vagus-in.north.bridge.appointment.created";
    private static readonly Refusal Unfit = new(RefusalKind.Unprocessable, "unknown_type", "There is no such event.");
    private static readonly Refusal Busy = new(RefusalKind.Unavailable, "busy", "Too many writes wait.");

    [Fact]
    public async Task Events_come_in_in_order_for_the_service_account_of_their_sender_and_go_out_again()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);

        for (var n = 1; n <= 40; n++) await Send(client, Subject, Node.Id(n));

        await Condition.Becomes(async () => (await Log(node, Node.North)).Count == 40, "all are in the log");
        Assert.Equal(Node.Ids(1, 40), await Log(node, Node.North));
        Assert.All(Room(node).Offered, each => Assert.Equal(
            (Node.North, new UserId("bridge-account"), Role.Service), (each.Caller.Tenant, each.Caller.User, each.Caller.Role)));
        await Condition.Becomes(async () => (await client.Messages(Node.North)).Count == 40, "they are published");
        await Waiting(client, 0);
    }

    [Fact]
    public async Task The_same_event_again_is_acknowledged_and_stored_once()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);

        foreach (var id in (string[])["a", "b", "a", "a", "c"]) await Send(client, Subject, id);

        await Waiting(client, 0);
        Assert.Equal(["a", "b", "c"], await Log(node, Node.North));
        Assert.Equal(5, Room(node).Offered.Count);
    }

    [Fact]
    public async Task What_is_refused_for_good_is_a_dead_letter_with_its_reason_as_it_came()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        Room(node).Answer = sent => sent.Id == "unfit" ? Unfit : null;

        await Send(client, Subject, "fit-1");
        await Send(client, Subject, "unfit");
        await client.Send(Subject, Encoding.UTF8.GetBytes("no json"));
        await Send(client, Subject, "fit-2");

        await Waiting(client, 0);
        Assert.Equal(["fit-1", "fit-2"], await Log(node, Node.North));
        var dead = await client.DeadLetters(Node.North);
        Assert.Equal(["unknown_type", "invalid_event"], dead.Select(each => each.Headers["Vagus-Reason"]));
        Assert.Equal(("vagus-dead.north", Subject), (dead[0].Subject, dead[0].Headers["Vagus-Subject"]));
        Assert.Equal("There%20is%20no%20such%20event.", dead[0].Headers["Vagus-Reason-Text"]);
        Assert.Equal("unfit", CloudEvent.Read(dead[0].Data).Event!.Id);
        Assert.Equal("no json", Encoding.UTF8.GetString(dead[1].Data));
    }

    [Fact]
    public async Task A_message_that_is_too_large_with_its_reason_is_put_aside_without_its_body()
    {
        const int most = 64 * 1024;
        await using var nats = await NatsServer.Start($"max_payload: {most}");
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        int[] sizes = [.. Enumerable.Range(0, 16).Select(step => most - (step * 25))];

        foreach (var size in sizes) await client.Send(Subject, Encoding.UTF8.GetBytes(new string('[', size)));
        await Send(client, Subject, "fit");

        await Waiting(client, 0);
        Assert.Equal(["fit"], await Log(node, Node.North));
        var dead = await client.DeadLetters(Node.North);
        Assert.Equal(sizes, dead.Select(each => each.Headers.TryGetValue("Vagus-Size", out var size)
            ? int.Parse(size, CultureInfo.InvariantCulture) : each.Data.Length));
        Assert.All(dead, each => Assert.Equal(("invalid_event", Subject), (each.Headers["Vagus-Reason"], each.Headers["Vagus-Subject"])));
        Assert.Empty(dead[0].Data);
        Assert.Equal(sizes[^1], dead[^1].Data.Length);
    }

    [Fact]
    public async Task Bent_and_broken_messages_hold_up_nothing()
    {
        const int count = 300;
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        var nasty = new NastyJson(seed: 17);
        var good = Encoding.UTF8.GetString(Event("bent", "north"));
        for (var n = 0; n < count; n++) await client.Send(Subject, nasty.Next(good));
        await client.Send(Subject, Encoding.UTF8.GetBytes(new string('[', 5_000)));
        await client.Send(Subject, Encoding.UTF8.GetBytes("""{"specversion":"1.0","id":"\ud800","type":"a","source":"s","data":{}}"""));
        await Send(client, Subject, "fit");

        await Waiting(client, 0);

        Assert.Contains("fit", await Log(node, Node.North));
        Assert.Empty(await Log(node, Node.South));
        var dead = await client.DeadLetters(Node.North);
        Assert.InRange(dead.Count, 50, count + 2);
        Assert.All(dead, each => Assert.Contains(each.Headers["Vagus-Reason"], (string[])["invalid_event", "other_tenant", "empty"]));
    }

    [Fact]
    public async Task A_defect_in_the_room_is_tried_again_and_then_a_dead_letter_that_names_no_content()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        Room(node).Answer = sent => sent.Id == "poison" ? throw new InvalidDataException("Mrs Miller") : null;

        await Send(client, Subject, "poison");
        await Send(client, Subject, "fit");

        await Waiting(client, 0);
        Assert.Equal(["fit"], await Log(node, Node.North));
        Assert.Equal(3, Room(node).Offered.Count(each => each.Id == "poison"));
        var dead = Assert.Single(await client.DeadLetters(Node.North));
        Assert.Equal("failed", dead.Headers["Vagus-Reason"]);
        Assert.DoesNotContain("Miller", dead.Headers["Vagus-Reason-Text"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_whose_rows_the_database_refuses_holds_up_the_others_for_a_while_only()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        Room(node).Answer = sent => sent.Id == "poison" ? new Refusal(RefusalKind.Unavailable, "unrecorded", "Nothing was written.") : null;

        await Send(client, Subject, "poison");
        await Send(client, Subject, "fit");

        await Waiting(client, 0);
        Assert.Equal(["fit"], await Log(node, Node.North));
        Assert.Equal("failed", Assert.Single(await client.DeadLetters(Node.North)).Headers["Vagus-Reason"]);
    }

    [Fact]
    public async Task What_says_nothing_about_the_event_is_waited_out_and_order_is_kept()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        Room(node).Answer = _ => Busy;

        await Send(client, Subject, "a");
        await Send(client, Subject, "b");
        await Condition.Becomes(() => Task.FromResult(Room(node).Offered.Count > 8), "it is tried again and again");
        Room(node).Answer = _ => null;

        await Waiting(client, 0);
        Assert.Equal(["a", "b"], await Log(node, Node.North));
        Assert.Empty(await client.DeadLetters(Node.North));
    }

    [Theory]
    [InlineData("vagus-in.north.stranger.appointment.created", null, "unknown_sender")]
    [InlineData("vagus-in.north.bridge", null, "unknown_sender")]
    [InlineData("vagus-in.north.south-bridge.appointment.created", null, "unknown_sender")]
    [InlineData(Subject, "south", "other_tenant")]
    [InlineData("vagus-in.north.retired.appointment.created", null, "sender_disabled")]
    [InlineData("vagus-in.north.ghost.appointment.created", null, "sender_disabled")]
    public async Task A_sender_sends_for_its_own_tenant_and_in_its_own_name_only(string subject, string? tenant, string reason)
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);

        await client.Send(subject, Event("a", tenant));

        await Waiting(client, 0);
        Assert.Empty(await Log(node, Node.North));
        Assert.Empty(await Log(node, Node.South));
        Assert.Equal(reason, Assert.Single(await client.DeadLetters(Node.North)).Headers["Vagus-Reason"]);
        Assert.Empty(await client.DeadLetters(Node.South));
        var recorded = (await node.Storage.Get<AuditReader>().Search(Node.North, new AuditFilter(), before: null, 10, default)).Entries;
        Assert.Equal(("refused", reason), (Assert.Single(recorded).Entry.Action, recorded[0].Entry.Reason));
    }

    [Fact]
    public async Task Two_tenants_are_taken_apart_and_the_one_does_not_wait_for_the_other()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        Room(node).Answer = sent => sent.Id.StartsWith("north", StringComparison.Ordinal) ? Busy : null;

        await Send(client, Subject, "north-1");
        await Send(client, "vagus-in.south.south-bridge.appointment.created", "south-1");

        await Condition.Becomes(async () => (await Log(node, Node.South)).Count == 1, "the other tenant's event is in its log");
        Assert.Empty(await Log(node, Node.North));
        Room(node).Answer = _ => null;
        await Condition.Becomes(async () => (await Log(node, Node.North)).Count == 1, "then this one's");
    }

    [Fact]
    public async Task An_event_whose_acknowledgement_was_lost_comes_again_and_changes_nothing()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        await Waiting(client, 0);
        var stopped = new TaskCompletionSource();
        Room(node).Answer = sent =>
        {
            // NATS is gone when the event is in the log and the acknowledgement is to be sent.
            if (sent.Id != "b" || stopped.Task.IsCompleted) return null;
            nats.Stop().Wait();
            stopped.SetResult();
            return null;
        };
        await Send(client, Subject, "a");
        await Send(client, Subject, "b");
        await stopped.Task;
        await nats.StartAgain();
        await Condition.Becomes(() => IsSent(client, "c"), "NATS acknowledges");

        await Condition.Becomes(async () => (await Log(node, Node.North)).Count == 3, "all are in the log");
        Assert.Equal(["a", "b", "c"], await Log(node, Node.North));
    }

    [Fact]
    public async Task An_intake_that_is_full_refuses_its_sender_and_loses_nothing()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        var options = Options(nats);
        await using var node = await Start(nats, options with { Limits = options.Limits with { IntakeBytes = 4096, EventBytes = 2048 } });
        Room(node).Answer = _ => Busy;

        var taken = 0;
        await Assert.ThrowsAsync<NatsJSApiException>(async () =>
        {
            for (; taken < 1000; taken++) await Send(client, Subject, Node.Id(taken + 1));
        });
        Room(node).Answer = _ => null;

        await Waiting(client, 0);
        Assert.InRange(taken, 1, 30);
        Assert.Equal(Node.Ids(1, taken), await Log(node, Node.North));
    }

    [Fact]
    public async Task What_comes_in_for_a_tenant_that_is_served_elsewhere_is_left_to_the_installation_there()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        using var log = new RecordedLog();
        await using var west = await Start(nats, log: log);
        await Send(client, Subject, "before");
        await Condition.Becomes(async () => (await Log(west, Node.North)).Count == 1, "it is served here");
        await StoppedTenant.Stop(west.Storage.Commit, Node.North);
        await Send(client, Subject, "amid");
        await log.Line("The tenant north is being moved or has moved");

        await using var east = await Start(nats);
        await Send(client, Subject, "behind");

        await Condition.Becomes(async () => (await Log(east, Node.North)).Count == 2, "the other one takes them");
        Assert.Equal(["amid", "behind"], await Log(east, Node.North));
        Assert.Equal(["before"], await Log(west, Node.North));
        Assert.Empty(await client.DeadLetters(Node.North));
        await Waiting(client, 0);
    }

    [Fact]
    public async Task Storage_of_the_intake_that_was_wiped_is_made_anew()
    {
        await using var nats = await NatsServer.Start();
        await using var client = new Subscriber(nats);
        await using var node = await Start(nats);
        await Send(client, Subject, "a");
        await Condition.Becomes(async () => (await Log(node, Node.North)).Count == 1, "it is in the log");

        await nats.Wipe();
        await nats.StartAgain();
        await Condition.Becomes(
            async () => await StreamRules.Find(client.JetStream, "VAGUS_IN_north", default) is not null, "the intake is there again");
        await Condition.Becomes(() => IsSent(client, "b"), "NATS acknowledges");

        await Condition.Becomes(async () => (await Log(node, Node.North)).Count == 2, "it takes events again");
    }

    private static BusOptions Options(NatsServer nats) => Node.Options(nats) with
    {
        Senders =
        [
            new("bridge", "north", "bridge-account"), new("retired", "north", "retired-account"), new("ghost", "north", "no-account"),
            new("south-bridge", "south", "bridge-account"),
        ],
    };

    private async Task<Node> Start(NatsServer nats, BusOptions? options = null, RecordedLog? log = null)
    {
        var node = await Node.Create(engine, options ?? Options(nats), log, FakeRoom.Add);
        await node.AddService(Node.North, "bridge-account");
        await node.AddService(Node.North, "retired-account", disabled: true);
        await node.AddService(Node.South, "bridge-account");
        await node.Start();
        await using var client = new Subscriber(nats);
        await Condition.Becomes(
            async () => await StreamRules.Find(client.JetStream, "VAGUS_IN_north", default) is not null
                && await StreamRules.Find(client.JetStream, "VAGUS_IN_south", default) is not null, "the intakes are there");
        return node;
    }

    private static FakeRoom Room(Node node) => node.Storage.Get<FakeRoom>();

    private static async Task<List<string>> Log(Node node, TenantId tenant) =>
        [.. (await node.Storage.Log.Read(tenant, 0, 1000, default)).Select(each => each.EventId)];

    private static Task Send(Subscriber client, string subject, string id) => client.Send(subject, Event(id));

    /// <summary>As a sender does until NATS has acknowledged: repetitions are harmless.</summary>
    private static async Task<bool> IsSent(Subscriber client, string id)
    {
        try
        {
            await Send(client, Subject, id);
            return true;
        }
        catch (NatsException)
        {
            return false;
        }
    }

    private static byte[] Event(string id, string? tenant = null) =>
        new CloudEvent(id, "appointment.created", "urn:bridge", DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes("{}"))
        {
            TenantId = tenant,
        }.ToUtf8Json();

    /// <summary>Messages of the intake that are not acknowledged.</summary>
    private static Task Waiting(Subscriber client, long count) => Condition.Becomes(
        async () => await StreamRules.Find(client.JetStream, "VAGUS_IN_north", default) is { } info && info.State.Messages == count,
        $"{count} messages wait");
}

public sealed class IntakeOnSqlite() : IntakeTests(Engine.Sqlite);

public sealed class IntakeOnPostgres() : IntakeTests(Engine.Postgres);

using System.Text;
using Vagus.Bus.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Publishing;

/// <summary>A log that was set back goes on otherwise than the stream: numbers alone do not tell.</summary>
public abstract class SetBackTests(Engine engine)
{
    private static readonly TenantId North = Node.North;

    [Theory]
    [InlineData(5, 2)]
    [InlineData(5, 7)]
    [InlineData(1_000, 3)]
    public async Task Everything_of_the_log_that_was_set_back_goes_out_and_what_is_not_in_it_is_told(int head, int more)
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 10);
        await reader.HasAll(North, 10);
        await Condition.Becomes(async () => await node.Cursor(North) == 10, "the cursor stands at the end");
        await node.Stop();
        await SetBack(node, head);
        using var figures = new Figures(node);

        await node.Start();
        await node.Append(North, 101, 100 + more);

        await log.Line("The stream of tenant north holds messages that the log does not have, 6 to 10");
        await Condition.Becomes(async () => await reader.Count(North) == 10 + more, "all are published");
        Assert.Equal([.. Node.Ids(1, 10), .. Node.Ids(101, 100 + more)], await reader.Ids(North));
        var told = (await reader.Messages(North)).Select(each => each.Headers.GetValueOrDefault("Vagus-Not-In-Record")).ToList();
        Assert.Equal((10, "6-10"), (told.FindIndex(each => each is not null), told[10]));
        Assert.Single(told.OfType<string>());
        Assert.Equal(1, figures.Of("vagus.bus.streams.diverged"));
    }

    [Fact]
    public async Task A_message_of_another_client_at_the_end_is_told_and_passed()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 4);
        await Condition.Becomes(async () => await node.Cursor(North) == 4, "the cursor stands at the end");
        await node.Stop();
        await node.Storage.Reopen();
        await reader.Send("vagus.north.resource.deleted", "{}"u8.ToArray());

        await node.Start();
        await node.Append(North, 5, 6);

        await log.Line("holds messages that the log does not have, 5 to 5");
        await Condition.Becomes(async () => await reader.Count(North) == 7, "all are published");
        Assert.Equal("5-5", (await reader.Messages(North))[5].Headers["Vagus-Not-In-Record"]);
    }

    [Fact]
    public async Task An_event_that_was_tried_again_and_is_in_the_log_does_not_speak_for_those_before_it()
    {
        await using var nats = await NatsServer.Start("max_payload: 4096\n");
        await using var reader = new Subscriber(nats);
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 1, with: draft => draft with { Body = Large });
        await node.Append(North, 2, 10);
        await Condition.Becomes(async () => await reader.Count(North) == 9, "the others are published");
        await nats.Stop();
        nats.Configure("max_payload: 65536\n");
        await nats.StartAgain();
        await node.Storage.Get<ParkedEvents>().Retry(new ParkedKey(North, "nats", 1), default);
        await Condition.Becomes(async () => (await node.Storage.Get<ParkedEvents>().List(default)).Count == 0, "it is published");
        await node.Stop();
        await SetBack(node, 5);

        await node.Start();
        await node.Append(North, 101, 107);

        await log.Line("holds messages that the log does not have, 5 to 9");
        await Condition.Becomes(async () => await reader.Count(North) == 17, "all are published");
        Assert.Equal([.. Node.Ids(2, 10), Node.Id(1), .. Node.Ids(101, 107)], await reader.Ids(North));
    }

    /// <summary>The log ends behind its fifth event and goes on at <paramref name="head"/>, as after a restored backup.</summary>
    private static async Task SetBack(Node node, int head)
    {
        await node.Storage.Commit.Write<int>(
            North,
            async (write, cancel) =>
            {
                await write.Execute(Forget, [North.Value], cancel);
                await write.Execute(MoveHead, [(long)head, North.Value], cancel);
                return await write.Execute(MoveCursor, [North.Value], cancel);
            },
            CancellationToken.None);
        await node.Storage.Reopen();
    }

    private static readonly byte[] Large = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 5000)}}"}""");

    private static readonly Statement Forget = new("delete from event where tenant_id = @tenant_id and position > 5");

    private static readonly Statement MoveHead = new("update log_head set position = @position where tenant_id = @tenant_id");

    private static readonly Statement MoveCursor = new("""
        update log_cursor
        set position = 5
        where tenant_id = @tenant_id
          and consumer = 'nats'
        """);
}

public sealed class SetBackOnSqlite() : SetBackTests(Engine.Sqlite);

public sealed class SetBackOnPostgres() : SetBackTests(Engine.Postgres);

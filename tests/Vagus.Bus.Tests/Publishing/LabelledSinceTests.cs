using System.Text;
using Vagus.Bus.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Publishing;

/// <summary>Events are judged by the labels that stand when they go out, not by those of the time when they were written.</summary>
public abstract class LabelledSinceTests(Engine engine)
{
    private static readonly TenantId North = Node.North;
    private static readonly byte[] Open = Encoding.UTF8.GetBytes("{}");

    [Fact]
    public async Task What_waited_for_NATS_goes_out_as_its_records_are_labelled_now()
    {
        await using var nats = NatsServer.Prepare();
        await using var node = await Node.Create(engine, Node.Options(nats) with { SeesLabels = Sensitivity.Genetics });
        await node.Append(North, 1, 1);
        await node.Append(North, 2, 2, with: draft => draft with { Resource = "Observation/o-1/_history/1" });
        await node.Append(North, 3, 3, with: draft => draft with { Resource = "Observation/o-1/_history/1", OpenBody = Open });
        await node.Append(North, 4, 4, with: draft => draft with { Draws = [new EventDraw("Condition", "c-1")], OpenBody = Open });
        await node.Append(North, 5, 5, with: draft => draft with { Resource = "Observation/o-2/_history/1" });
        var labels = node.Storage.Get<FakeLabels>();
        labels.Now["Observation/o-1"] = Sensitivity.Hiv;
        labels.Now["Condition/c-1"] = Sensitivity.Restricted;
        labels.Now["Observation/o-2"] = Sensitivity.Genetics;

        await nats.StartAgain();
        await node.Start();
        await Condition.Becomes(async () => await node.Cursor(North) == 5, "all are taken");

        await using var reader = new Subscriber(nats);
        Assert.Equal([("e00001", """{"number":1}"""), ("e00004", "{}"), ("e00005", """{"number":5}""")], await Told(reader));
    }

    [Fact]
    public async Task A_stream_is_filled_with_what_goes_out_now()
    {
        await using var nats = await NatsServer.Start();
        await using var node = await Node.Start(engine, Node.Options(nats));
        await using var reader = new Subscriber(nats);
        await node.Append(North, 1, 3, with: draft => draft with { Resource = $"Observation/{draft.EventId}/_history/1" });
        await reader.HasAll(North, 3);
        await Condition.Becomes(async () => await node.Cursor(North) == 3, "the cursor stands at the end");

        node.Storage.Get<FakeLabels>().Now["Observation/e00002"] = Sensitivity.Hiv;
        await nats.Wipe();
        await nats.StartAgain();

        await Condition.Becomes(async () => await reader.Count(North) == 2, "the stream is filled");
        Assert.Equal(["e00001", "e00003"], await reader.Ids(North));
    }

    private static async Task<IEnumerable<(string, string)>> Told(Subscriber reader) =>
        (await reader.Events(North)).Select(each => (each.Id, Encoding.UTF8.GetString(each.Data.Span)));
}

public sealed class LabelledSinceOnSqlite() : LabelledSinceTests(Engine.Sqlite);

public sealed class LabelledSinceOnPostgres() : LabelledSinceTests(Engine.Postgres);

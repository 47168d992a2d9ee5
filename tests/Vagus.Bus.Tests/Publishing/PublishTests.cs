using System.Text;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using Vagus.Bus.Connecting;
using Vagus.Bus.Tests.Running;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Publishing;

public abstract class PublishTests(Engine engine)
{
    private static readonly TenantId North = Node.North;
    private static readonly TenantId South = Node.South;

    [Fact]
    public async Task Every_event_is_published_once_in_the_order_of_its_tenants_log()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Create(engine, Node.Options(nats));
        await node.Append(North, 1, 120);

        await node.Start();
        await node.Append(South, 1, 30);
        await node.Append(North, 121, 300);

        await reader.HasAll(North, 300);
        await reader.HasAll(South, 30);
        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long?)n), (await reader.Events(North)).Select(each => each.Sequence));
        await Condition.Becomes(async () => await node.Cursor(North) == 300, "the cursor stands at the end");
    }

    [Fact]
    public async Task A_message_is_the_event_as_CloudEvents_JSON_with_its_id_and_no_patient_in_the_subject()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats) with { Source = "https://vagus.example" });
        await node.Append(North, new NewEvent("0199-a", "lab.critical.alert", Encoding.UTF8.GetBytes("""{"testName":"Potassium"}"""))
        {
            Patient = new PatientId("p-1"),
            UserId = "u-1",
            PortalType = "lab",
            CorrelationId = "c-1",
            TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        });

        await Condition.Becomes(async () => await reader.Count(North) == 1, "it is published");

        var message = (await reader.Messages(North))[0];
        Assert.Equal("vagus.north.lab.critical.alert", message.Subject);
        Assert.Equal("0199-a", message.Headers["Nats-Msg-Id"]);
        Assert.Equal("application/cloudevents+json", message.Headers["Content-Type"]);
        Assert.Equal("1", message.Headers["Vagus-Position"]);
        var sent = CloudEvent.Read(message.Data).Event!;
        Assert.Equal(("0199-a", "lab.critical.alert", "https://vagus.example"), (sent.Id, sent.Type, sent.Source));
        Assert.Equal(("Patient/p-1", "north", "u-1", "lab", "c-1"), (sent.Subject, sent.TenantId, sent.UserId, sent.PortalType, sent.CorrelationId));
        Assert.Equal((1L, """{"testName":"Potassium"}"""), (sent.Sequence, Encoding.UTF8.GetString(sent.Data.Span)));
        Assert.StartsWith("00-4bf92f3577b34da6a3ce929d0e0e4736", sent.TraceParent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_subject_header_or_log_line_says_anything_of_a_patient()
    {
        await using var nats = await NatsServer.Start("max_payload: 4096\n");
        await using var reader = new Subscriber(nats);
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 3, with: Canary);
        await node.Append(North, 4, 4, with: draft => Canary(draft) with { Body = Encoding.UTF8.GetBytes($$"""{"canary":"{{new string('x', 5000)}}"}""") });
        await node.Append(North, 5, 5, with: Canary);
        await log.Line("is parked");
        await Condition.Becomes(async () => await reader.Count(North) == 4, "the others are published");
        await nats.Wipe();
        await nats.StartAgain();
        await Condition.Becomes(async () => await reader.Count(North) == 4, "the stream is filled again");

        Assert.DoesNotContain(log.Lines, line => line.Contains("canary", StringComparison.OrdinalIgnoreCase));
        Assert.All(await reader.Messages(North), message => Assert.DoesNotContain(
            "canary", $"{message.Subject} {string.Join(' ', message.Headers)}", StringComparison.OrdinalIgnoreCase));

        static NewEvent Canary(NewEvent draft) => draft with
        {
            Patient = new PatientId("canary-1"), Resource = "Patient/canary-1/_history/1", UserId = "canary-2",
            Body = Encoding.UTF8.GetBytes("""{"patientName":"Canary"}"""),
        };
    }

    [Fact]
    public async Task In_binary_mode_the_attributes_are_headers_and_the_message_is_the_data()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats) with { Binary = true });
        await node.Append(North, 1, 1, with: draft => draft with { UserId = "Zoë \"Z\" 100%", Patient = new PatientId("p-1") });

        await Condition.Becomes(async () => await reader.Count(North) == 1, "it is published");

        var message = (await reader.Messages(North))[0];
        Assert.Equal("""{"number":1}""", Encoding.UTF8.GetString(message.Data));
        string[] names = ["ce-specversion", "ce-id", "ce-type", "ce-subject", "ce-sequence", "Content-Type"];
        Assert.Equal(
            ["1.0", "e00001", "appointment.created", "Patient/p-1", "1", "application/json"],
            names.Select(name => message.Headers[name]));
        Assert.Equal("Zo%C3%AB%20%22Z%22%20100%25", message.Headers["ce-userid"]);
    }

    [Fact]
    public async Task What_is_written_while_NATS_is_away_is_published_when_it_is_back()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats));
        await node.Append(North, 1, 60);
        await reader.HasAll(North, 60);

        for (var round = 0; round < 3; round++)
        {
            var written = 60 + (round * 100);
            var stopping = nats.Stop();
            await node.Append(North, written + 1, written + 80);
            await stopping;
            await node.Append(North, written + 81, written + 90);
            await nats.StartAgain();
            await node.Append(North, written + 91, written + 100);
        }

        await reader.HasAll(North, 360);
        Assert.Empty(await node.Storage.Get<ParkedEvents>().List(default));
    }

    [Fact]
    public async Task NATS_may_come_later_than_the_server()
    {
        await using var nats = NatsServer.Prepare();
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 20);
        await log.Line("NATS cannot be reached");

        await nats.StartAgain();

        await using var reader = new Subscriber(nats);
        await reader.HasAll(North, 20);
    }

    [Fact]
    public async Task A_NATS_that_stands_still_loses_and_doubles_nothing()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 60);
        await reader.HasAll(North, 60);

        await nats.Pause();
        await node.Append(North, 61, 200);
        // An acknowledgement is awaited for 5 s; some of these were sent and are stored when it goes on.
        await log.Line("cannot go on");
        await nats.Continue();
        await node.Append(North, 201, 260);

        await reader.HasAll(North, 260);
    }

    [Fact]
    public async Task Storage_that_was_wiped_is_filled_from_the_log()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 700);
        await reader.HasAll(North, 700);
        await Condition.Becomes(async () => await node.Cursor(North) == 700, "the cursor stands at the end");

        await nats.Wipe();
        await nats.StartAgain();
        await reader.HasAll(North, 700);
        await log.Line("The stream of tenant north has lost messages");

        await nats.Wipe();
        await node.Append(North, 701, 720);
        await nats.StartAgain();
        await reader.HasAll(North, 720);
    }

    [Fact]
    public async Task After_a_crash_between_acknowledgement_and_commit_nothing_comes_twice_however_late()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats));
        await node.Append(North, 1, 100);
        await reader.HasAll(North, 100);
        await node.Stop();
        await node.Storage.Reopen();
        await node.SetCursor(North, 40);
        // The ids are known to NATS for a second here.
        await Condition.Becomes(
            async () => (DateTimeOffset.UtcNow - (await reader.Messages(North))[^1].At) > TimeSpan.FromSeconds(2),
            "the window has passed");

        await node.Start();
        await node.Append(North, 101, 110);

        await reader.HasAll(North, 110);
    }

    [Fact]
    public async Task A_stream_that_is_not_as_the_settings_say_is_refused_with_the_difference_and_left_alone()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await reader.JetStream.CreateStreamAsync(
            new StreamConfig(Subjects.EventStream(North), ["vagus.north.>"]) { MaxMsgs = 10, MaxAge = TimeSpan.FromDays(7) });
        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 1, 5);
        await node.Append(South, 1, 5);

        var line = await log.Line("Nothing is published");

        Assert.Contains("the stream VAGUS_north of NATS is not as the settings say", line, StringComparison.Ordinal);
        Assert.Contains("max messages is 10 and not 0", line, StringComparison.Ordinal);
        await reader.HasAll(South, 5);
        Assert.Empty(await reader.Messages(North));
        Assert.Equal(0, await node.Cursor(North));
        Assert.Empty(await node.Storage.Get<ParkedEvents>().List(default));

        await reader.JetStream.DeleteStreamAsync(Subjects.EventStream(North));
        await reader.HasAll(North, 5);
    }

    [Fact]
    public async Task A_stream_whose_messages_have_all_gone_by_their_age_is_not_filled_again()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats));
        await node.Append(North, 1, 20);
        await reader.HasAll(North, 20);
        await Condition.Becomes(async () => await node.Cursor(North) == 20, "the cursor stands at the end");
        await node.Stop();
        await node.Storage.Reopen();
        await Expire(reader);

        await node.Start();
        await node.Append(North, 21, 25);

        await Condition.Becomes(async () => await node.Cursor(North) == 25, "they are published");
        Assert.Equal(Node.Ids(21, 25), await reader.Ids(North));
    }

    [Fact]
    public async Task A_database_that_was_set_back_by_other_means_goes_on_being_published()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using (var before = await Node.Start(engine, Node.Options(nats)))
        {
            await before.Append(North, 1, 50);
            await reader.HasAll(North, 50);
        }

        using var log = new RecordedLog();
        await using var node = await Node.Start(engine, Node.Options(nats), log);
        await node.Append(North, 51, 60);

        await log.Line("The stream of tenant north holds messages that the log does not have, 1 to 50");
        await reader.HasAll(North, 60);
    }

    [Fact]
    public async Task Of_labelled_records_goes_out_what_may_be_told_to_all_or_nothing()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats) with { SeesLabels = Sensitivity.Genetics });
        await node.Append(North, 1, 1);
        await node.Append(North, 2, 2, with: draft => draft with { Labels = Sensitivity.Hiv });
        await node.Append(North, 3, 3, with: draft => draft with { Labels = Sensitivity.Hiv, OpenBody = Encoding.UTF8.GetBytes("{}") });
        await node.Append(
            North, 4, 4, with: draft => draft with { Draws = [new EventDraw("Observation", "o-1") { Labels = Sensitivity.Restricted }] });
        await node.Append(North, 5, 5, with: draft => draft with { Labels = Sensitivity.Genetics });

        await Condition.Becomes(async () => await node.Cursor(North) == 5, "all are taken");

        var told = (await reader.Events(North)).Select(each => (each.Id, Encoding.UTF8.GetString(each.Data.Span)));
        Assert.Equal([("e00001", """{"number":1}"""), ("e00003", "{}"), ("e00005", """{"number":5}""")], told);
    }

    [Fact]
    public async Task What_one_person_is_told_stays_in_the_log()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats));
        await node.Append(North, 1, 1, "notification.sent");
        await node.Append(North, 2, 2, "notification.critical");
        await node.Append(North, 3, 3, "alert.raised");

        await Condition.Becomes(async () => await node.Cursor(North) == 3, "all are taken");

        Assert.Equal(["e00003"], (await reader.Events(North)).Select(each => each.Id));
    }

    [Fact]
    public async Task An_event_that_NATS_cannot_carry_is_parked_and_holds_up_no_other()
    {
        await using var nats = await NatsServer.Start("max_payload: 4096\n");
        await using var reader = new Subscriber(nats);
        await using var node = await Node.Start(engine, Node.Options(nats));
        await node.Append(North, 1, 3);
        await node.Append(North, 4, 4, with: draft => draft with { Body = Large });
        await node.Append(North, 5, 5, type: "no subject.*");
        await node.Append(North, 6, 8);

        await Condition.Becomes(async () => await reader.Count(North) == 6, "the others are published");

        Assert.Equal([4L, 5L], (await node.Storage.Get<ParkedEvents>().List(default)).Select(each => each.Position));
        await nats.Wipe();
        await nats.StartAgain();
        await Condition.Becomes(async () => await reader.Count(North) == 6, "the stream is filled without them");
        Assert.Equal([.. Node.Ids(1, 3), .. Node.Ids(6, 8)], await reader.Ids(North));
    }

    [Fact]
    public async Task A_parked_event_that_an_operator_tries_again_comes_after_later_ones_and_the_stream_goes_on_in_order()
    {
        await using var nats = await NatsServer.Start("max_payload: 4096\n");
        await using var node = await Node.Start(engine, Node.Options(nats));
        await node.Append(North, 1, 1, with: draft => draft with { Body = Large });
        await node.Append(North, 2, 4);
        await using var reader = new Subscriber(nats);
        await Condition.Becomes(async () => await reader.Count(North) == 3, "the others are published");
        await nats.Stop();
        nats.Configure("max_payload: 65536\n");
        await nats.StartAgain();

        await node.Storage.Get<ParkedEvents>().Retry(new ParkedKey(North, "nats", 1), default);
        await Condition.Becomes(async () => await reader.Count(North) == 4, "it is published");
        await node.Append(North, 5, 6);

        await Condition.Becomes(async () => await reader.Count(North) == 6, "the stream goes on");
        Assert.Equal(["e00002", "e00003", "e00004", "e00001", "e00005", "e00006"], await reader.Ids(North));
    }

    /// <summary>Lets time pass for the messages, which JetStream takes by its own clock.</summary>
    private static async Task Expire(Subscriber reader)
    {
        var config = (await reader.JetStream.GetStreamAsync(Subjects.EventStream(North))).Info.Config;
        var (keep, window) = (config.MaxAge, config.DuplicateWindow);
        (config.MaxAge, config.DuplicateWindow) = (TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500));
        await reader.JetStream.UpdateStreamAsync(config);
        await Condition.Becomes(async () => await reader.Count(North) == 0, "the messages have gone");
        (config.MaxAge, config.DuplicateWindow) = (keep, window);
        await reader.JetStream.UpdateStreamAsync(config);
    }

    private static readonly byte[] Large = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 5000)}}"}""");
}

public sealed class PublishOnSqlite() : PublishTests(Engine.Sqlite);

public sealed class PublishOnPostgres() : PublishTests(Engine.Postgres);

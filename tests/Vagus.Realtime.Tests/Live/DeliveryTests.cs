using Vagus.Events;

namespace Vagus.Realtime.Tests.Live;

public abstract class DeliveryTests(Engine engine)
{
    [Fact]
    public async Task A_socket_gets_what_is_written_with_its_stamp()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());

        var position = await clinic.WriteOrder("p7");

        var payload = await client.Hear("lab:order_created");
        Assert.Equal(position, payload.GetProperty("sequence").GetInt64());
        Assert.Equal("p7", payload.GetProperty("patientId").GetString());
        Assert.Equal("o1", payload.GetProperty("orderId").GetString());
        Assert.NotEmpty(payload.GetProperty("eventId").GetString()!);
        Assert.Equal(clinic.Clock.GetUtcNow(), payload.GetProperty("occurredAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task An_event_that_is_no_JSON_object_is_passed_over_and_logged()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());

        var unreadable = await clinic.Write("lab.order.created", "[1]"u8.ToArray(), "p1");
        var position = await clinic.WriteOrder();

        Assert.Equal(position, (await client.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
        Assert.Contains($"the event at {unreadable} is no JSON object", await clinic.Log.Line("is passed over"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raw_socket_gets_updates_and_clinical_events()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await RawClient.Open(clinic, await clinic.SignIn());
        await client.Subscribe(new { subscription_id = "s", resource_types = new[] { "*" }, patient_ids = Array.Empty<string>() });

        var order = await clinic.WriteOrder("p7");
        var update = await clinic.Write(new ResourceUpdated("Observation", "ob1", "2", "Observation/ob1/_history/2", "p7"), "p7");

        var clinical = await client.Hear("clinical_event");
        Assert.Equal(
            ("order_placed", "p7", order),
            (clinical.GetProperty("event_type").GetString(), clinical.GetProperty("patient_id").GetString(),
            clinical.GetProperty("sequence").GetInt64()));
        Assert.Equal("o1", clinical.GetProperty("details").GetProperty("orderId").GetString());
        var frame = await client.Hear("update");
        Assert.Equal(("updated", "Observation", "ob1", "2"), (
            frame.GetProperty("action").GetString(), frame.GetProperty("resource_type").GetString(),
            frame.GetProperty("resource_id").GetString(), frame.GetProperty("version_id").GetString()));
        Assert.Equal(update, frame.GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task A_resource_that_is_written_comes_with_its_content_live_and_replayed()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var live = await RawClient.Open(clinic, ann);
        await live.Subscribe(new { subscription_id = "s", resource_types = new[] { "Patient" }, event_types = Array.Empty<string>() });

        var id = await clinic.Create(ann, "Patient", """{"resourceType":"Patient","gender":"other"}""");
        await using var late = await RawClient.Open(clinic, ann);
        await late.Subscribe(new { subscription_id = "s", resource_types = new[] { "*" }, event_types = Array.Empty<string>(), since = 0 });

        foreach (var client in new[] { live, late })
        {
            var update = await client.Hear("update");
            Assert.Equal(("created", "Patient", id, id), (
                update.GetProperty("action").GetString(), update.GetProperty("resource_type").GetString(),
                update.GetProperty("resource_id").GetString(), update.GetProperty("patient_id").GetString()));
            Assert.Equal("other", update.GetProperty("resource").GetProperty("gender").GetString());
        }
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_does_not_stop_the_next()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn(sensitive: true));

        await clinic.Write("lab.order.created", "[]"u8.ToArray(), "p1");
        await clinic.Write("lab.order.created", "{"u8.ToArray(), "p1");
        await clinic.Write("lab.order.invented", "{}"u8.ToArray(), "p1");
        await clinic.Write("lab.order.created", """{"sequence":"mine","eventId":1,"\u006frderId":"o"}"""u8.ToArray(), "p1");

        var payload = await client.Hear("lab:order_created");
        Assert.Equal((4, "o"), (payload.GetProperty("sequence").GetInt64(), payload.GetProperty("orderId").GetString()));
    }

    [Fact]
    public async Task A_socket_that_resumes_gets_what_it_missed_and_then_goes_on_live()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var first = await clinic.WriteOrder();
        await clinic.WriteOrder();
        await using var client = await SocketClient.Open(clinic, ann);

        var answer = await client.Ask("subscribe", new { since = first });
        await clinic.WriteOrder();

        Assert.True(answer.GetProperty("ok").GetBoolean());
        Assert.Equal(first + 1, answer.GetProperty("sequence").GetInt64());
        Assert.Equal(first + 1, (await client.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
        Assert.Equal(first + 2, (await client.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task A_raw_socket_that_resumes_gets_what_it_missed_and_then_goes_on_live()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var first = await clinic.WriteOrder();
        await clinic.WriteOrder();
        await using var client = await RawClient.Open(clinic, await clinic.SignIn());

        var sequence = await client.Subscribe(new { subscription_id = "s", since = first });
        await clinic.WriteOrder();

        Assert.Equal(first + 1, sequence);
        Assert.Equal(first + 1, (await client.Hear("clinical_event")).GetProperty("sequence").GetInt64());
        Assert.Equal(first + 2, (await client.Hear("clinical_event")).GetProperty("sequence").GetInt64());
    }
}

public sealed class DeliveryOnSqlite() : DeliveryTests(Engine.Sqlite);

public sealed class DeliveryOnPostgres() : DeliveryTests(Engine.Postgres);

using Vagus.Fhir.Api.Tests.Auditing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Subscriptions R5 Backport 1.1.0 over rest-hook, from the create to what the receiver gets.</summary>
public abstract class RestHookTests(SubscriptionServer server)
{
    private const string Secret = "Authorization: Bearer receiver-secret";

    [Fact]
    public async Task A_subscription_is_shaken_hands_with_and_then_told_of_changes()
    {
        await using var desk = await Desk.Open(server);

        var created = (await desk.Owner.Create(desk.Form(channel: $",\"header\":[\"{Secret}\"]"))).Is(201);

        Assert.Equal("requested", created.Json.GetProperty("status").GetString());
        Assert.Equal(Secret, created.Json.GetProperty("channel").GetProperty("header")[0].GetString());
        var handshake = Assert.Single(await desk.Notified(1, "handshake"));
        Assert.Equal(("requested", 0), (handshake.Text("status", "valueCode"), handshake.Count));
        Assert.Empty(handshake.Events);
        Assert.Equal("Bearer receiver-secret", handshake.Request.Headers["Authorization"]);
        Assert.Equal("application/fhir+json", handshake.Request.Headers["Content-Type"]);
        await desk.Becomes(created.Id, "active");

        await desk.Observe("o");

        var told = Assert.Single(await desk.Notified(1));
        Assert.Equal([1], told.Numbers);
        Assert.Equal(["o"], told.Focuses);
        Assert.Equal((1, "active", desk.Topic), (told.Count, told.Text("status", "valueCode"), told.Text("topic", "valueCanonical")));
        Assert.Equal("history", told.Bundle.GetProperty("type").GetString());
        Assert.Equal($"{desk.BaseUrl}/Subscription/{created.Id}/$status", told.Entries[0].GetProperty("request").GetProperty("url").GetString());
        Assert.Equal($"{created.Id}-1-1", told.Request.Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Status_and_events_are_asked_for()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());
        await desk.Observe("o1");
        await desk.Observe("o2");
        await desk.Numbers(2);

        var status = Assert.Single((await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Entries);
        var events = (await desk.Owner.Get($"Subscription/{id}/$events?eventsSinceNumber=2&content=full-resource")).Is(200);

        Assert.False(status.TryGetProperty("request", out _));
        Assert.Equal(["query-status", "active", "2"], ["type", "status", "events-since-subscription-start"], (expected, name) =>
            status.GetProperty("resource").GetProperty("parameter").EnumerateArray().Any(each => each.GetProperty("name").GetString() == name
                && each.GetRawText().Contains($"\"{expected}\"", StringComparison.Ordinal)));
        Assert.Equal("history", events.Json.GetProperty("type").GetString());
        Assert.Equal("o2", events.Entries[1].GetProperty("resource").GetProperty("id").GetString());
        Assert.Equal(2, events.Entries.Count);
        Assert.Single((await desk.Owner.Get($"Subscription/$status?id={id}&status=active")).Is(200).Entries);
        Assert.Empty((await desk.Owner.Get("Subscription/$status?status=error")).Is(200).Entries);
        (await desk.Owner.Post($"Subscription/{id}/$events", """
            {"resourceType":"Parameters","parameter":[{"name":"eventsSinceNumber","valueString":"x"}]}
            """)).IsRefused(400, "invalid");
    }

    [Fact]
    public async Task Parameters_of_status_are_joined_by_or_and_ignored_at_an_instance_and_numbers_of_events_are_inclusive()
    {
        await using var desk = await Desk.Open(server);
        var (first, second) = (await desk.Subscribe(desk.Form()), await desk.Subscribe(desk.Form()));
        var off = (await desk.Owner.Create(desk.Form().Replace("\"requested\"", "\"off\"", StringComparison.Ordinal))).Is(201).Id;
        foreach (var id in new[] { "o1", "o2", "o3" }) await desk.Observe(id);
        await desk.Numbers(6);

        async Task<int> Asked(string query) => (await desk.Owner.Get($"Subscription/{query}")).Is(200).Entries.Count;

        Assert.Equal(3, await Asked("$status"));
        Assert.Equal(2, await Asked($"$status?id={first}&id={second}"));
        Assert.Equal(3, await Asked("$status?status=active&status=off"));
        Assert.Equal(1, await Asked($"$status?id={first}&id={off}&status=off"));
        Assert.Equal(1, await Asked($"{first}/$status?id={second}&status=error"));
        Assert.Contains(first, (await desk.Owner.Get($"Subscription/{first}/$status?id={second}")).Is(200).Text, StringComparison.Ordinal);
        var events = (await desk.Owner.Get($"Subscription/{first}/$events?eventsSinceNumber=2&eventsUntilNumber=2")).Is(200);
        Assert.Contains("/Observation/o2", events.Text, StringComparison.Ordinal);
        foreach (var other in new[] { "/Observation/o1", "/Observation/o3" })
            Assert.DoesNotContain(other, events.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_is_empty_an_id_or_the_whole_resource()
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form(content: "empty", endpoint: $"{desk.Receiver.Address}empty"));
        await desk.Subscribe(desk.Form(content: "id-only", endpoint: $"{desk.Receiver.Address}id"));
        await desk.Subscribe(desk.Form(content: "full-resource", endpoint: $"{desk.Receiver.Address}full"));

        await desk.Observe("o");
        await desk.Numbers(3);
        (await desk.Owner.Delete("Observation/o")).Is(204);
        await desk.Numbers(6);

        List<Notified> At(string path) => [.. desk.Taken("event-notification").Where(each => each.Request.Path == path)];
        Assert.All(At("/empty"), told => Assert.Equal(
            (1, 0, false), (told.Entries.Count, told.Focuses.Count, told.Bundle.GetRawText().Contains("Observation", StringComparison.Ordinal))));
        Assert.All(At("/empty"), told => Assert.Null(told.Text("topic", "valueCanonical")));
        Assert.All(At("/id"), told => Assert.Equal((1, "o"), (told.Entries.Count, told.Focuses[0])));
        var (made, gone) = (At("/full")[0].Entries[1], At("/full")[1].Entries[1]);
        Assert.Equal("718-7", made.GetProperty("resource").GetProperty("code").GetProperty("coding")[0].GetProperty("code").GetString());
        Assert.Equal("POST", made.GetProperty("request").GetProperty("method").GetString());
        Assert.False(gone.TryGetProperty("resource", out _));
        Assert.Equal("DELETE", gone.GetProperty("request").GetProperty("method").GetString());
        Assert.Equal($"{desk.BaseUrl}/Observation/o", gone.GetProperty("fullUrl").GetString());
        Assert.All(desk.Taken("event-notification").SelectMany(each => each.Entries), entry =>
        {
            Assert.True(entry.TryGetProperty("request", out _));
            Assert.True(entry.TryGetProperty("response", out _));
        });
    }

    [Theory]
    [InlineData("Observation?code=http://loinc.org|718-7 and Observation?status=final")]
    [InlineData("Observation.code=718-7")]
    [InlineData("_type=Observation and code=718-7")]
    [InlineData("Observation.subject:Patient=p and Observation.code=718-7")]
    public async Task Filters_all_hold_in_each_way_of_writing_them(string filter)
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form(filter));

        (await desk.Owner.Put("Observation/other", Sample.Observation("Patient/p", "999-9", "other"))).Is(201);
        await desk.Observe("o");

        Assert.Equal(["o"], Assert.Single(await desk.Notified(1)).Focuses);
    }

    [Fact]
    public async Task Criteria_of_R4_alone_are_a_search()
    {
        await using var desk = await Desk.Open(server);
        var created = (await desk.Owner.Create($$$"""
            {"resourceType":"Subscription","status":"requested","reason":"x","criteria":"Observation?code=718-7",
             "channel":{"type":"rest-hook","endpoint":"{{{desk.Receiver.Address}}}old","payload":"application/fhir+json"}}
            """)).Is(201);
        await desk.Becomes(created.Id, "active");

        await desk.Observe("o");

        var told = Assert.Single(await desk.Notified(1));
        Assert.Equal("o", told.Entries[1].GetProperty("resource").GetProperty("id").GetString());
        Assert.Null(told.Text("topic", "valueCanonical"));
    }

    [Fact]
    public async Task A_hundred_changes_of_one_transaction_have_contiguous_numbers_in_the_order_of_the_log()
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form(channel: Desk.ChannelExtension("backport-max-count", "valuePositiveInt", 30)));
        var entries = Enumerable.Range(1, 100).Select(number => Sample.Put(
            Sample.Observation("Patient/p", id: $"o{number}"), $"Observation/o{number}")).ToList();

        (await desk.Owner.Bundle("transaction", entries)).Is(200);

        Assert.Equal(Enumerable.Range(1, 100).Select(number => (long)number), await desk.Numbers(100));
        var focuses = desk.Taken("event-notification").SelectMany(each => each.Focuses).ToList();
        var log = await desk.Clinic.Log();
        Assert.Equal(log.Where(each => each.Resource?.StartsWith("Observation/", StringComparison.Ordinal) == true
            && each.Type == "resource.created").Select(each => each.Resource!.Split('/')[1]), focuses);
        Assert.All(desk.Taken("event-notification"), told => Assert.InRange(told.Numbers.Count, 1, 30));
    }

    [Fact]
    public async Task A_receiver_that_refuses_the_handshake_is_an_error_until_its_owner_asks_again()
    {
        await using var desk = await Desk.Open(server);
        desk.Receiver.Answers.Enqueue(404);
        var created = (await desk.Owner.Create(desk.Form())).Is(201);
        await desk.Becomes(created.Id, "error");
        await desk.Observe("o1");
        await desk.Observe("o2");
        await Desk.Until(async () => await Count(desk, created.Id) == "2", "the events are not counted");
        var failed = (await desk.Owner.Get($"Subscription/{created.Id}/$status")).Is(200);
        Assert.Contains("error-response", failed.Text, StringComparison.Ordinal);
        Assert.Contains("{\"name\":\"status\",\"valueCode\":\"error\"}", failed.Text, StringComparison.Ordinal);
        Assert.Contains(created.Id, (await desk.Owner.Get("Subscription/$status?status=error")).Is(200).Text, StringComparison.Ordinal);
        Assert.NotEmpty((await desk.Owner.Get($"Subscription/{created.Id}")).Is(200).Json.GetProperty("error").GetString()!);
        Assert.Empty(desk.Taken("event-notification"));

        var form = desk.Form().Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{created.Id}\",", StringComparison.Ordinal);
        (await desk.Owner.Put($"Subscription/{created.Id}", form.Replace("\"requested\"", "\"active\"", StringComparison.Ordinal))).Is(200);

        await desk.Becomes(created.Id, "active");
        Assert.Equal([1, 2], await desk.Numbers(2));
        Assert.DoesNotContain("error-response", (await desk.Owner.Get($"Subscription/{created.Id}/$status")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_delays_no_other_one()
    {
        await using var desk = await Desk.Open(server);
        await using var slow = await Vagus.Testing.Receiver.Start();
        await desk.Subscribe(desk.Form(endpoint: $"{slow.Address}slow"));
        await desk.Subscribe(desk.Form());
        var held = new TaskCompletionSource();
        slow.BeforeAnswer = () => held.Task;

        for (var number = 1; number <= 5; number++)
        {
            await desk.Observe($"o{number}");
            await desk.Numbers(number);
        }

        held.SetResult();
        await Desk.Until(
            () => Task.FromResult(slow.Taken.Select(each => new Notified(each)).SelectMany(each => each.Numbers).Distinct().Count() == 5),
            "the slow one did not get all");
        Assert.Equal([1, 2, 3, 4, 5], slow.Taken.Select(each => new Notified(each)).SelectMany(each => each.Numbers));
    }

    [Fact]
    public async Task An_attempt_ends_with_the_timeout_of_the_subscription()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form(channel: Desk.ChannelExtension("backport-timeout", "valueUnsignedInt", 1)));
        var held = new TaskCompletionSource();
        desk.Receiver.BeforeAnswer = () => held.Task;

        await desk.Observe("o");

        await Desk.Until(
            async () => (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text.Contains("no-response", StringComparison.Ordinal),
            "the attempt does not end");
        held.SetResult();
        Assert.Equal("active", (await desk.Owner.Get($"Subscription/{id}")).Is(200).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task Headers_are_shown_to_nobody_after_the_create()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form(channel: $",\"header\":[\"{Secret}\"]"));
        var admin = await desk.Clinic.Admin();

        foreach (var path in new[] { $"Subscription/{id}", $"Subscription/{id}/_history", "Subscription?status=active", $"Subscription/{id}/_history/1" })
            Assert.DoesNotContain("receiver-secret", (await admin.Get(path)).Is(200).Text, StringComparison.Ordinal);

        var read = (await desk.Owner.Get($"Subscription/{id}")).Is(200);
        Assert.Equal("Authorization: (withheld)", read.Json.GetProperty("channel").GetProperty("header")[0].GetString());
        (await desk.Owner.Put($"Subscription/{id}", read.Text)).Is(200);
        var again = (await desk.Notified(2, "handshake"))[1];
        Assert.Equal("Bearer receiver-secret", again.Request.Headers["Authorization"]);
    }

    [Fact]
    public async Task A_header_that_is_withheld_does_not_go_to_another_receiver()
    {
        await using var desk = await Desk.Open(server);
        await using var other = await Vagus.Testing.Receiver.Start();
        var id = await desk.Subscribe(desk.Form(channel: $",\"header\":[\"{Secret}\"]"));
        var stored = (await desk.Owner.Get($"Subscription/{id}")).Is(200).Text;
        var moved = stored.Replace($"{desk.Receiver.Address}", $"{other.Address}", StringComparison.Ordinal);

        var refused = (await desk.Owner.Put($"Subscription/{id}", moved)).Is(400);
        (await desk.Owner.Put(
            $"Subscription/{id}", moved.Replace("(withheld)", "Bearer of-the-other", StringComparison.Ordinal))).Is(200);
        await desk.Becomes(id, "active");

        Assert.Equal("Subscription.channel.header", refused.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Equal(["Bearer of-the-other"], other.Taken.Select(each => each.Headers["Authorization"]));
    }

    [Fact]
    public async Task Each_notification_is_in_the_audit_with_what_it_told()
    {
        await using var desk = await Desk.Open(server);
        var id = await desk.Subscribe(desk.Form());

        await desk.Observe("o");
        await desk.Notified(1);

        var entry = Assert.Single(await AuditedAccess.Of(desk.Clinic), each => each.Action == "subscription-notify");
        Assert.Equal(($"Subscription/{id}", "events=1-1"), (entry.On, entry.Text("detail")));
        Assert.Equal(["Observation/o/1"], entry.Shown);
        Assert.Equal(["p"], entry.Patients);
    }

    [Fact]
    public async Task The_CapabilityStatement_names_the_profile_the_topics_and_the_operations()
    {
        await using var desk = await Desk.Open(server);

        var statement = (await desk.Owner.Get("metadata")).Is(200).Json;

        Assert.Contains(
            "http://hl7.org/fhir/uv/subscriptions-backport/CapabilityStatement/backport-subscription-server-r4",
            statement.GetProperty("instantiates").EnumerateArray().Select(each => each.GetString()));
        var type = statement.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()
            .Single(each => each.GetProperty("type").GetString() == "Subscription");
        Assert.Equal(
            "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription",
            type.GetProperty("supportedProfile")[0].GetString());
        Assert.Equal(desk.Topic, type.GetProperty("extension")[0].GetProperty("valueCanonical").GetString());
        Assert.Superset(
            new HashSet<string?>(["status", "events"]),
            type.GetProperty("operation").EnumerateArray().Select(each => each.GetProperty("name").GetString()).ToHashSet());
        var topic = (await desk.Owner.Get("Basic/resource-changed")).Is(200);
        Assert.Contains(desk.Topic, topic.Text, StringComparison.Ordinal);
        (await desk.Owner.Post("Basic/$validate", topic.Text)).Is(200);
    }

    private static async Task<string?> Count(Desk desk, string id) =>
        (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Entries[0].GetProperty("resource").GetProperty("parameter")
            .EnumerateArray().Single(each => each.GetProperty("name").GetString() == "events-since-subscription-start")
            .GetProperty("valueString").GetString();
}

public sealed class RestHookOnSqlite(SqliteSubscriptionServer server) : RestHookTests(server);

public sealed class RestHookOnPostgres(PostgresSubscriptionServer server) : RestHookTests(server);

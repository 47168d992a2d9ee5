using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Care.Publishing;
using Vagus.Care.Tests.Alerts;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Publishing;

/// <summary>Services tell of what happened elsewhere, and those who poll read the log.</summary>
public abstract class PublishingTests(Engine engine)
{
    [Fact]
    public async Task Each_event_of_a_batch_gets_its_own_outcome_and_the_valid_ones_enter_in_order()
    {
        await using var ward = await Ward.Open(engine);
        var service = await ward.Has(Role.Service);
        var batch = new JsonArray(
            Event("e-1"), Event("e-2", "unheard.of"), Event("e-1"), "no event", Event("e-3", tenant: "south"), Event("e-4", "alert.raised"),
            Event("e-5", subject: "Patient/p2"), Event("e-6", data: new JsonObject { ["patientId"] = "p1" }), Event("e-7"),
            Event("e-8", data: Order("p1", "sr\0")), Event("e-9", by: "u\0"));

        var answer = await ward.Done(service, "POST", "/api/events", batch.ToJsonString(), CloudEvent.BatchContentType);

        var results = answer.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(
            [
                "accepted 1", "rejected unknown_type", "duplicate 1", "rejected invalid_event", "rejected wrong_tenant",
                "rejected not_publishable", "rejected wrong_patient", "rejected invalid_data", "accepted 2", "rejected invalid_data",
                "rejected invalid_data",
            ],
            results.Select(Outcome));
        var log = await ward.Log();
        Assert.Equal(["e-1", "e-7"], log.Select(each => each.EventId));
        Assert.Equal(("u-ext", "lab"), (log[0].UserId, log[0].PortalType));
    }

    [Fact]
    public async Task An_event_whose_data_does_not_fit_is_refused_by_the_name_of_its_field_and_without_what_it_holds()
    {
        await using var ward = await Ward.Open(engine);
        var service = await ward.Has(Role.Service);
        var other = Order("p1", "sr-1");
        other["testName"] = new JsonObject { ["canary"] = "Canary" };
        var batch = new JsonArray(
            Event("e-1", data: new JsonObject { ["patientId"] = "p1" }), Event("e-2", data: other), Event("e-3", data: Order("p1", "sr\0")),
            Event("e-4", by: "u\0"));

        var results = (await ward.Done(service, "POST", "/api/events", batch.ToJsonString(), CloudEvent.BatchContentType))
            .GetProperty("results");

        var messages = results.EnumerateArray().Select(each => each.GetProperty("error").GetProperty("message").GetString()!).ToList();
        Assert.Equal(
            ["data.resource", "data.testName", "'data'", "'userid'"], messages.Select(message => message.Split(' ')[0]));
        Assert.DoesNotContain("Canary", results.GetRawText(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_in_one_event_refuses_that_event_alone()
    {
        await using var ward = await Ward.Open(engine);
        var service = await ward.Has(Role.Service);
        var broken = Event("e-2", data: Order("p1", "sr-half")).ToJsonString().Replace("sr-half", @"\ud800", StringComparison.Ordinal);
        var userless = Event("e-3", by: "half").ToJsonString().Replace("half", @"\ud800", StringComparison.Ordinal);
        var batch = $"[{Event("e-1").ToJsonString()},{broken},{userless},{Event("e-4").ToJsonString()}]";

        var answer = await ward.Done(service, "POST", "/api/events", batch, CloudEvent.BatchContentType);

        Assert.Equal(
            ["accepted 1", "rejected invalid_event", "rejected invalid_event", "accepted 2"],
            answer.GetProperty("results").EnumerateArray().Select(Outcome));
    }

    [Theory]
    [InlineData("application/cloudevents+json", false)]
    [InlineData("application/json", false)]
    [InlineData("application/json; charset=utf-8", true)]
    public async Task One_event_or_an_array_is_taken_in_each_media_type_and_is_a_duplicate_the_second_time(string media, bool isArray)
    {
        await using var ward = await Ward.Open(engine);
        var service = await ward.Has(Role.Service);
        var body = isArray ? new JsonArray(Event("e-1")).ToJsonString() : Event("e-1").ToJsonString();

        var first = await ward.Done(service, "POST", "/api/events", body, media);
        var second = await ward.Done(service, "POST", "/api/events", body, media);

        Assert.Equal("accepted 1", Outcome(first.GetProperty("results")[0]));
        Assert.Equal("duplicate 1", Outcome(second.GetProperty("results")[0]));
        Assert.Equal(415, (await ward.Send(service, "POST", "/api/events", body, "text/plain")).Status);
    }

    [Fact]
    public async Task An_id_that_another_service_has_used_is_refused_and_told_as_no_repetition()
    {
        await using var ward = await Ward.Open(engine);
        var (laboratory, other) = (await ward.Has(Role.Service), await ward.Has(Role.Service));
        await ward.Done(other, "POST", "/api/events", Event("e-1").ToJsonString(), CloudEvent.ContentType);

        var answer = await ward.Done(laboratory, "POST", "/api/events", Event("e-1").ToJsonString(), CloudEvent.ContentType);

        Assert.Equal("rejected id_taken", Outcome(answer.GetProperty("results")[0]));
        Assert.False(answer.GetProperty("results")[0].TryGetProperty("sequence", out _));
    }

    [Fact]
    public async Task A_batch_of_more_than_a_thousand_is_refused_whole_and_people_publish_nothing()
    {
        await using var ward = await Ward.Open(engine);
        var (service, nurse) = (await ward.Has(Role.Service), await ward.Has(Role.Nurse));
        var batch = new JsonArray([.. Enumerable.Range(0, 1_001).Select(number => (JsonNode)Event($"e-{number}"))]);

        var (status, body) = await ward.Send(service, "POST", "/api/events", batch.ToJsonString());

        Assert.Equal((400, "too_many_values"), (status, EscalationTests.Text(body, "code")));
        Assert.Equal(403, (await ward.Send(nurse, "POST", "/api/events", Event("e-1").ToJsonString())).Status);
        Assert.Empty(await ward.Log());
        batch.RemoveAt(0);
        var taken = await ward.Done(service, "POST", "/api/events", batch.ToJsonString());
        Assert.All(
            taken.GetProperty("results").EnumerateArray(),
            each => Assert.StartsWith("accepted", Outcome(each), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_published_critical_value_raises_an_alert_as_a_derived_one_does()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var service = await ward.Has(Role.Service);

        await ward.Done(service, "POST", "/api/events", Event("e-1", "lab.critical.alert").ToJsonString());

        Assert.Equal("CRITICAL: Potassium = 6.5 mmol/L", EscalationTests.Text(await ward.TheAlert(team.Ordering), "message"));
        var entries = await ward.Get<AuditReader>().Search(
            Ward.North, new AuditFilter { Actions = [AuditActions.PublishEvents] }, before: null, count: 10, default);
        Assert.Equal(service.User, Assert.Single(entries.Entries).Entry.User?.Value);
    }

    [Fact]
    public async Task A_patient_whose_record_is_kept_here_is_named_as_there_and_not_as_the_publisher_says()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var service = await ward.Has(Role.Service);
        await ward.Done(service, "PUT", "/fhir/Patient/p1", Patient());

        await ward.Done(service, "POST", "/api/events", Event("e-1", "lab.critical.alert").ToJsonString());

        Assert.Equal("Grace Hopper", EscalationTests.Text(await ward.TheAlert(team.Ordering), "patientName"));
        var log = await ward.Log();
        Assert.DoesNotContain(log, each => Encoding.UTF8.GetString(each.Body).Contains("Canary Patient", StringComparison.Ordinal));
        Assert.Contains(log.Single(each => each.EventId == "e-1").Draws, draw => draw is { Type: "Patient", Id: "p1" });
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"name\":[{\"use\":\"old\",\"family\":\"Hopper\"}]")]
    [InlineData(",\"name\":[{\"period\":{\"start\":\"2020-01-01\"}}]")]
    public async Task A_patient_whose_record_has_no_name_is_named_by_the_reference_to_it(string name)
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var service = await ward.Has(Role.Service);
        await ward.Done(service, "PUT", "/fhir/Patient/p1", $$"""{"resourceType":"Patient","id":"p1"{{name}}}""");

        await ward.Done(service, "POST", "/api/events", Event("e-1", "lab.critical.alert").ToJsonString());

        Assert.Equal("Patient/p1", EscalationTests.Text(await ward.TheAlert(team.Ordering), "patientName"));
    }

    [Fact]
    public async Task The_name_in_a_record_that_the_owner_may_not_see_is_not_told_and_neither_is_the_publishers()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var service = await ward.Has(Role.Service, labels: Sensitivity.All);
        var trusted = await ward.Has(Role.Nurse, labels: Sensitivity.All);
        await ward.Done(service, "PUT", "/fhir/Patient/p1", Patient(Restricted));

        await ward.Done(service, "POST", "/api/events", Event("e-1", "lab.critical.alert").ToJsonString());

        var alert = await ward.TheAlert(team.Ordering);
        Assert.Equal(("p1", JsonValueKind.Null), (EscalationTests.Text(alert, "patientId"), alert.GetProperty("patientName").ValueKind));
        Assert.Equal("Grace Hopper", EscalationTests.Text(await ward.TheAlert(trusted), "patientName"));
        Assert.DoesNotContain("Canary Patient", (await Replay(ward, trusted, "types=lab.*")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_patient_who_is_not_held_here_is_named_as_the_publisher_says()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var service = await ward.Has(Role.Service);
        await ward.Done(service, "PUT", "/fhir/Patient/p2", Patient().Replace("p1", "p2", StringComparison.Ordinal));

        await ward.Done(service, "POST", "/api/events", Event("e-1", "lab.critical.alert").ToJsonString());

        Assert.Equal("Canary Patient", EscalationTests.Text(await ward.TheAlert(team.Ordering), "patientName"));
    }

    [Fact]
    public async Task An_event_about_a_record_that_is_kept_here_is_as_hidden_as_the_record()
    {
        await using var ward = await Ward.Open(engine);
        var (service, nurse) = (await ward.Has(Role.Service, labels: Sensitivity.All), await ward.Has(Role.Nurse));
        var trusted = await ward.Has(Role.Nurse, labels: Sensitivity.All);
        await ward.Done(service, "PUT", "/fhir/Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await ward.Done(
            service, "PUT", "/fhir/ServiceRequest/sr-1",
            """
            {"resourceType":"ServiceRequest","id":"sr-1","status":"draft","intent":"order","subject":{"reference":"Patient/p1"},
             "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]}}
            """);

        await ward.Done(service, "POST", "/api/events", Event("e-1").ToJsonString());
        var other = await ward.Done(service, "POST", "/api/events", Event("e-2", subject: "Patient/p2", data: Order("p2")).ToJsonString());

        Assert.Equal("rejected wrong_patient", Outcome(other.GetProperty("results")[0]));
        Assert.DoesNotContain("e-1", (await Replay(ward, nurse, "types=lab.*")).GetRawText(), StringComparison.Ordinal);
        Assert.Contains("e-1", (await Replay(ward, trusted, "types=lab.*")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_read_page_by_page_by_type_and_patient_as_far_as_the_caller_sees()
    {
        await using var ward = await Ward.Open(engine);
        var (service, lab) = (await ward.Has(Role.Service), await ward.Has(Role.Lab));
        var (clerk, stranger) = (await ward.Has(Role.FrontDesk), await ward.Has(Role.Lab, Ward.South));
        foreach (var number in Enumerable.Range(1, 5))
        {
            var sent = Event($"e-{number}", subject: $"Patient/p{number % 2}", data: Order($"p{number % 2}"));
            await ward.Done(service, "POST", "/api/events", sent.ToJsonString());
        }

        var first = await Replay(ward, lab, "limit=2");
        var second = await Replay(ward, lab, $"limit=2&since={first.GetProperty("lastSequence").GetInt64()}");
        var ofOne = await Replay(ward, lab, "patientId=p1&types=lab.order.created");

        Assert.Equal(["e-1", "e-2"], Ids(first));
        Assert.Equal(["e-3", "e-4"], Ids(second));
        Assert.Equal(["e-1", "e-3", "e-5"], Ids(ofOne));
        var item = first.GetProperty("items")[0];
        Assert.Equal(
            ("1.0", "lab.order.created", "Patient/p1", "north", 1),
            (EscalationTests.Text(item, "specversion"), EscalationTests.Text(item, "type"), EscalationTests.Text(item, "subject"),
                EscalationTests.Text(item, "tenantid"), item.GetProperty("sequence").GetInt32()));
        Assert.Empty(Ids(await Replay(ward, clerk, "")));
        Assert.Empty(Ids(await Replay(ward, stranger, "")));
        Assert.Equal(400, (await ward.Send(lab, "GET", "/api/events?types=unheard.of")).Status);
    }

    [Fact]
    public async Task A_poll_that_waits_is_answered_as_soon_as_something_happens()
    {
        await using var ward = await Ward.Open(engine);
        var (service, lab) = (await ward.Has(Role.Service), await ward.Has(Role.Lab));

        var waiting = Replay(ward, lab, "wait=20");
        await ward.Done(service, "POST", "/api/events", Event("e-0", "claim.created", data: new JsonObject
        {
            ["resource"] = "Claim/c/_history/1", ["claimId"] = "c", ["status"] = "draft",
        }, subject: null).ToJsonString());
        await ward.Done(service, "POST", "/api/events", Event("e-1").ToJsonString());

        Assert.Equal(["e-1"], Ids(await waiting.WaitAsync(TimeSpan.FromSeconds(15))));
        Assert.Equal(2, (await Replay(ward, lab, "since=2&wait=1")).GetProperty("lastSequence").GetInt64());
    }

    [Fact]
    public async Task A_poll_whose_caller_has_signed_out_meanwhile_is_refused()
    {
        await using var ward = await Ward.Open(engine);
        var (service, lab) = (await ward.Has(Role.Service), await ward.Has(Role.Lab));
        var wait = TimeSpan.FromSeconds(28);
        ward.Clock.BeforeTimer = due =>
        {
            if (due != wait) return;
            ward.Done(lab, "POST", "/api/auth/logout").GetAwaiter().GetResult();
            ward.Done(service, "POST", "/api/events", Event("e-1").ToJsonString()).GetAwaiter().GetResult();
        };

        var answer = await ward.Send(lab, "GET", "/api/events?wait=28").WaitAsync(TimeSpan.FromSeconds(15));

        Assert.Equal((401, "unauthenticated"), (answer.Status, EscalationTests.Text(answer.Body, "code")));
    }

    [Fact]
    public async Task So_many_polls_of_one_user_wait_and_others_have_places()
    {
        await using var ward = await Ward.Open(engine);
        var (lab, nurse) = (await ward.Has(Role.Lab), await ward.Has(Role.Nurse));
        var waits = ward.Get<EventWaits>();
        var over = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var caller = new Caller(Ward.North, new UserId(lab.User), Role.Lab, new SessionId("x"));
        var waiting = Enumerable.Range(0, EventWaits.MostOfUser)
            .Select(_ => waits.Within(caller, () => new ValueTask<int>(over.Task)).AsTask()).ToList();

        var refused = await ward.Send(lab, "GET", "/api/events?wait=1");

        Assert.Equal((429, "too_many_waits"), (refused.Status, EscalationTests.Text(refused.Body, "code")));
        Assert.Equal(200, (await ward.Send(lab, "GET", "/api/events")).Status);
        Assert.Equal(200, (await ward.Send(nurse, "GET", "/api/events?wait=1")).Status);
        over.SetResult(1);
        Assert.All(await Task.WhenAll(waiting), each => Assert.Equal(1, each.Value));
        Assert.Equal(1, (await waits.Within(caller, () => new ValueTask<int>(1))).Value);
    }

    [Fact]
    public async Task What_happens_between_the_look_at_the_log_and_the_waiting_ends_the_waiting()
    {
        await using var ward = await Ward.Open(engine);
        var (service, lab) = (await ward.Has(Role.Service), await ward.Has(Role.Lab));
        var wait = TimeSpan.FromSeconds(29);
        ward.Clock.BeforeTimer = due =>
        {
            if (due == wait) ward.Done(service, "POST", "/api/events", Event("e-1").ToJsonString()).GetAwaiter().GetResult();
        };

        Assert.Equal(["e-1"], Ids(await Replay(ward, lab, "wait=29").WaitAsync(TimeSpan.FromSeconds(15))));
    }

    [Fact]
    public async Task A_place_beyond_the_log_is_answered_with_a_gap()
    {
        await using var ward = await Ward.Open(engine);
        var service = await ward.Has(Role.Service);
        await ward.Done(service, "POST", "/api/events", Event("e-1").ToJsonString());

        var gap = (await Replay(ward, service, "since=99")).GetProperty("gap");

        Assert.Equal((1, 1), (gap.GetProperty("from").GetInt32(), gap.GetProperty("to").GetInt32()));
    }

    private static JsonObject Event(
        string id, string type = "lab.order.created", string? tenant = null, string? subject = "Patient/p1", JsonObject? data = null,
        string by = "u-ext")
    {
        var made = new JsonObject
        {
            ["specversion"] = "1.0", ["id"] = id, ["type"] = type, ["source"] = "/analyser", ["time"] = "2026-03-01T08:00:00Z",
            ["userid"] = by, ["portaltype"] = "lab", ["data"] = data ?? (type == "lab.critical.alert" ? Critical() : Order("p1")),
        };
        if (tenant is not null) made["tenantid"] = tenant;
        if (subject is not null) made["subject"] = subject;
        return made;
    }

    private const string Restricted = """
        "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},
        """;

    private static string Patient(string meta = "") =>
        $$"""{"resourceType":"Patient","id":"p1",{{meta}}"name":[{"family":"Hopper","given":["Grace"]}]}""";

    private static JsonObject Order(string patient, string id = "sr-1") => new()
    {
        ["patientId"] = patient, ["resource"] = "ServiceRequest/sr-1/_history/1", ["orderId"] = id,
    };

    private static JsonObject Critical() => JsonNode.Parse(EventCatalogue.Serialize(Ward.Potassium()))!.AsObject();

    private static Task<JsonElement> Replay(Ward ward, Signed by, string query) => ward.Done(by, "GET", $"/api/events?{query}");

    private static IEnumerable<string> Ids(JsonElement replayed) =>
        replayed.GetProperty("items").EnumerateArray().Select(each => EscalationTests.Text(each, "id"));

    private static string Outcome(JsonElement result)
    {
        var rest = result.TryGetProperty("sequence", out var sequence)
            ? sequence.GetRawText() : EscalationTests.Text(result.GetProperty("error"), "code");
        return $"{EscalationTests.Text(result, "outcome")} {rest}";
    }
}

public sealed class PublishingOnSqlite() : PublishingTests(Engine.Sqlite);

public sealed class PublishingOnPostgres() : PublishingTests(Engine.Postgres);

using System.Text.Json;
using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Fhir.Subscribing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A topic for each event of the catalogue: how it is found, what its filters let through, and who is told what.</summary>
public abstract class EventTopicTests(SubscriptionServer server)
{
    private const string Critical = "lab.critical.alert";

    [Fact]
    public async Task Each_topic_is_named_found_and_defined_and_takes_the_filters_that_it_names()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        var statement = (await admin.Get("metadata")).Is(200).Text;

        var found = (await admin.Get("Basic?code=http://hl7.org/fhir/fhir-types%7CSubscriptionTopic")).Is(200);

        Assert.Equal(Topics.All.Select(topic => topic.Id), found.Ids);
        foreach (var topic in Topics.All.Where(topic => topic.Event is not null))
        {
            var filters = string.Join(" and ", topic.Fields.Select(field => $"{field.Name}={ValueOf(field)}"));
            var form = Socket(desk, topic.Id, filters.Length == 0 ? "patient=p" : filters, Backport.Empty);
            (await admin.Create(form)).Is(201);
            Assert.Contains($"/SubscriptionTopic/{topic.Id}\"", statement, StringComparison.Ordinal);
        }

        var definition = (await admin.Get($"Basic/{Critical}")).Is(200);
        Assert.Contains($"\"{desk.BaseUrl}/SubscriptionTopic/{Critical}\"", definition.Text, StringComparison.Ordinal);
        Assert.Contains("http://hl7.org/fhir/StructureDefinition/Observation", definition.Text, StringComparison.Ordinal);
        (await admin.Post("Basic/$validate", definition.Text)).Is(200);
        Assert.Empty((await admin.Get("Basic?code=something")).Is(200).Entries);
    }

    [Fact]
    public async Task An_event_is_told_with_the_version_that_it_points_at()
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(Form(desk, "full-resource", path: "full"));
        await desk.Subscribe(Form(desk, "id-only", path: "id"));
        await desk.Subscribe(Form(desk, "empty", path: "empty"));

        await Write(desk, Charts.Records.Value("plain", "p", 4.1m));
        await Write(desk, Charts.Records.Value("k", "p", 6.9m, "HH"));
        await desk.Numbers(3);

        Notified At(string path) => desk.Taken("event-notification").Single(told => told.Request.Path == path);
        Assert.All(desk.Taken("event-notification"), told => Assert.Equal([1], told.Numbers));
        Assert.Equal(["k"], At("/full").Focuses);
        var entry = At("/full").Entries[1];
        Assert.Equal($"{desk.BaseUrl}/Observation/k", entry.GetProperty("fullUrl").GetString());
        Assert.Equal("1", entry.GetProperty("resource").GetProperty("meta").GetProperty("versionId").GetString());
        Assert.Equal($"{desk.BaseUrl}/SubscriptionTopic/{Critical}", At("/full").Text("topic", "valueCanonical"));
        Assert.Equal((1, "k"), (At("/id").Entries.Count, At("/id").Focuses[0]));
        Assert.Equal((1, 0), (At("/empty").Entries.Count, At("/empty").Focuses.Count));
        Assert.DoesNotContain("Observation", At("/empty").Bundle.GetRawText(), StringComparison.Ordinal);
        var audited = (await AuditedAccess.Of(desk.Clinic)).Where(each => each.Action == "subscription-notify").ToList();
        Assert.Equal(2, audited.Count(each => each.Shown.SequenceEqual(["Observation/k/1"])));
        Assert.All(audited, each => Assert.Equal(["p"], each.Patients));
    }

    [Theory]
    [InlineData("patient=Patient/q", "q")]
    [InlineData("patient=q,x", "q")]
    [InlineData("Observation?patient=q", "q")]
    [InlineData("Observation.patient=q", "q")]
    [InlineData("interpretation=LL", "low")]
    [InlineData("code=http://loinc.org|2823-3 and patient=q", "q")]
    [InlineData("code=2823-3&observationId=Observation/low", "low")]
    [InlineData("code=http://loinc.org|", "first low q")]
    [InlineData("code=http://snomed.info/sct|2823-3", "")]
    [InlineData("interpretation=HH,LL", "first low q")]
    public async Task Filters_all_hold_of_the_event(string filter, string told)
    {
        await using var desk = await Desk.Open(server);
        await Write(desk, Sample.Patient("Q", "q"));
        var id = await desk.Subscribe(Form(desk, filter: filter));
        await desk.Subscribe(Form(desk, path: "all"));
        var expected = told.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        await Write(desk, Charts.Records.Value("first", "p", 6.9m, "HH"));
        await Write(desk, Charts.Records.Value("low", "p", 2.0m, "LL"));
        await Write(desk, Charts.Records.Value("q", "q", 6.9m, "HH"));
        await Desk.Until(() => Task.FromResult(At("/all").Count == 3), "not all are told");

        Assert.Contains(
            $"\"events-since-subscription-start\",\"valueString\":\"{expected.Length}\"",
            (await desk.Owner.Get($"Subscription/{id}/$status")).Is(200).Text, StringComparison.Ordinal);
        await Desk.Until(() => Task.FromResult(At("/hook").Count >= expected.Length), "not all are told");
        Assert.Equal(expected, At("/hook"));

        List<string> At(string path) =>
            [.. desk.Taken("event-notification").Where(each => each.Request.Path == path).SelectMany(each => each.Focuses)];
    }

    [Theory]
    [InlineData(Critical, "testName=Potassium", "id-only", "Subscription.criteria")]
    [InlineData(Critical, "patientName=x", "id-only", "Subscription.criteria")]
    [InlineData(Critical, "code:not=x", "id-only", "Subscription.criteria")]
    [InlineData(Critical, "patient=", "id-only", "Subscription.criteria")]
    [InlineData(Critical, "patient=Group/1", "id-only", "Subscription.criteria")]
    [InlineData(Critical, "code=a|b|c", "id-only", "Subscription.criteria")]
    [InlineData(Critical, "Condition?patient=p", "id-only", "Subscription.criteria")]
    [InlineData(Critical, "patient", "id-only", "Subscription.criteria")]
    [InlineData("lab.result.available", "released=maybe", "id-only", "Subscription.criteria")]
    [InlineData("thread.created", "patient=p", "id-only", "Subscription.channel.payload")]
    [InlineData("claim.created", "patient=p", "id-only", "Subscription.criteria")]
    [InlineData("notification.sent", "patient=p", "id-only", "Subscription.criteria")]
    public async Task What_cannot_be_told_is_refused(string topic, string filter, string content, string expression)
    {
        await using var desk = await Desk.Open(server);

        var answer = (await desk.Owner.Create(Form(desk, content, filter, topic: topic))).Is(400);

        Assert.Equal(expression, answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Empty((await desk.Owner.Get("Subscription")).Is(200).Entries);
    }

    [Fact]
    public async Task What_the_owner_may_not_see_is_not_told_and_what_is_hidden_later_is_a_number()
    {
        await using var desk = await Desk.Open(server);
        await using var south = await Desk.Open(server);
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(Form(desk, "full-resource"))).Is(201).Id;
        await desk.Becomes(id, "active", restricted);

        await Write(south, Charts.Records.Value("south", "p", 6.9m, "HH"));
        await Write(desk, Charts.Records.Value("hidden", "p", 6.9m, "HH", more: Sample.Labelled("R")));
        await Write(desk, Charts.Records.Value("plain", "p", 6.9m, "HH"));
        await Write(desk, Charts.Records.Value("later", "p", 6.9m, "HH"));

        Assert.Equal([1, 2], await desk.Numbers(2));
        Assert.Equal(["plain", "later"], desk.Taken("event-notification").SelectMany(each => each.Focuses));
        await Write(desk, Charts.Records.Value("later", "p", 6.9m, "HH", more: Sample.Labelled("R")));
        var events = (await restricted.Get($"Subscription/{id}/$events?content=full-resource")).Is(200).Text;
        Assert.Contains("Observation/plain", events, StringComparison.Ordinal);
        Assert.DoesNotContain("later", events, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", events, StringComparison.Ordinal);
        Assert.DoesNotContain("south", events, StringComparison.Ordinal);
        Assert.Contains("\"2\"", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_of_another_patient_is_not_told()
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(Form(desk, "id-only", "patient=p", "appointment.created"));
        await Write(desk, Sample.Patient("Q", "q"));

        (await desk.Owner.Create(Sample.Appointment("Patient/q"))).Is(201);
        var id = (await desk.Owner.Create(Sample.Appointment("Patient/p"))).Is(201).Id;

        Assert.Equal([id], Assert.Single(await desk.Notified(1)).Focuses);
    }

    private static string Form(
        Desk desk, string content = "id-only", string filter = "patient=p,q", string topic = Critical, string path = "hook") =>
        desk.Form(filter, content, topic: $"{desk.BaseUrl}/SubscriptionTopic/{topic}", endpoint: $"{desk.Receiver.Address}{path}");

    private static string Socket(Desk desk, string topic, string filter, string content) =>
        desk.SocketForm(filter, content, topic: $"{desk.BaseUrl}/SubscriptionTopic/{topic}");

    private static string ValueOf(TopicField field) => field.Kind == FieldKind.Boolean ? "true" : "x";

    private static async Task Write(Desk desk, string resource)
    {
        var written = JsonElement.Parse(resource);
        var path = $"{written.GetProperty("resourceType").GetString()}/{written.GetProperty("id").GetString()}";
        Assert.InRange((await desk.Owner.Put(path, resource)).Status, 200, 201);
    }
}

public sealed class EventTopicOnSqlite(SqliteSubscriptionServer server) : EventTopicTests(server);

public sealed class EventTopicOnPostgres(PostgresSubscriptionServer server) : EventTopicTests(server);

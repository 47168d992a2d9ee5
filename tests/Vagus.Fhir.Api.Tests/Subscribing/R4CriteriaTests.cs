namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Subscriptions as R4 has them without the guide: the criteria are a search.</summary>
public abstract class R4CriteriaTests(SubscriptionServer server)
{
    [Theory]
    [InlineData("Observation?code=718-7")]
    [InlineData("Observation?code=http://loinc.org|718-7")]
    [InlineData("Observation?code=http%3A%2F%2Floinc.org%7C718-7")]
    [InlineData("Observation?code=http://loinc.org|718-7&patient=Patient/p")]
    public async Task Criteria_name_codes_with_their_systems(string criteria)
    {
        await using var desk = await Desk.Open(server);
        var created = (await desk.Owner.Create(Form(desk, criteria, ",\"payload\":\"application/fhir+json\""))).Is(201);
        await desk.Becomes(created.Id, "active");

        await desk.Observe("o");
        (await desk.Owner.Put("Observation/other", Sample.Observation("Patient/p", "1-8", "other"))).Is(201);
        await desk.Observe("o2");

        await desk.Numbers(2);
        Assert.Equal(["o", "o2"], desk.Taken("event-notification").SelectMany(told => told.Focuses));
    }

    /// <summary>R4's own example, with an end to come and a receiver on this machine.</summary>
    [Fact]
    public async Task The_example_of_R4_is_taken()
    {
        await using var desk = await Desk.Open(server);

        var created = (await desk.Owner.Create($$"""
            {"resourceType":"Subscription","id":"example",
             "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">[Put rendering here]</div>"},
             "status":"requested","contact":[{"system":"phone","value":"ext 4123"}],"end":"2099-01-01T00:00:00Z",
             "reason":"Monitor new neonatal function","criteria":"Observation?code=http://loinc.org|1975-2",
             "channel":{"type":"rest-hook","endpoint":"{{desk.Receiver.Address}}mount-auburn-miu/on-result","payload":"application/fhir+json",
               "header":["Authorization: Bearer secret-token-abc-123"]} }
            """)).Is(201);
        await desk.Becomes(created.Id, "active");
        (await desk.Owner.Put("Observation/o", Sample.Observation("Patient/p", "1975-2", "o"))).Is(201);

        var told = Assert.Single(await desk.Notified(1));
        Assert.Equal("/mount-auburn-miu/on-result", told.Request.Path);
        Assert.Equal("o", told.Entries[1].GetProperty("resource").GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59-05:00")]
    [InlineData("9999-12-31T23:59:60Z")]
    public async Task An_end_beyond_the_calendar_is_taken(string end)
    {
        await using var desk = await Desk.Open(server);

        var form = Form(desk, "Observation?code=http://loinc.org|718-7", payload: "").Replace(
            "\"status\":", $"\"end\":\"{end}\",\"status\":", StringComparison.Ordinal);

        await desk.Becomes((await desk.Owner.Create(form)).Is(201).Id, "active");
    }

    [Fact]
    public async Task Without_a_payload_a_notification_says_that_something_happened()
    {
        await using var desk = await Desk.Open(server);
        var created = (await desk.Owner.Create(Form(desk, "Observation?code=http://loinc.org|718-7", payload: ""))).Is(201);
        await desk.Becomes(created.Id, "active");

        await desk.Observe("o");

        var told = Assert.Single(await desk.Notified(1));
        Assert.Equal([1], told.Numbers);
        Assert.Empty(told.Focuses);
        Assert.Single(told.Entries);
        Assert.DoesNotContain("Observation", told.Bundle.GetRawText(), StringComparison.Ordinal);
    }

    private static string Form(Desk desk, string criteria, string payload) => $$"""
        {"resourceType":"Subscription","status":"requested","reason":"x","criteria":"{{criteria}}",
         "channel":{"type":"rest-hook","endpoint":"{{desk.Receiver.Address}}old"{{payload}}} }
        """;
}

public sealed class R4CriteriaOnSqlite(SqliteSubscriptionServer server) : R4CriteriaTests(server);

public sealed class R4CriteriaOnPostgres(PostgresSubscriptionServer server) : R4CriteriaTests(server);

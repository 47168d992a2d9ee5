using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>What cannot be told as it is asked for is refused as a whole, and says where the cause stands.</summary>
public abstract class RefusedSubscriptionTests(SubscriptionServer server)
{
    private const string OfAnotherChannel = """
        "_type":{"extension":[{"url":"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-channel-type",
          "valueCoding":{"system":"http://example.org/channels","code":"pigeon"}}]}
        """;

    [Theory]
    [InlineData("Observation?nonsense=1", "Subscription.criteria")]
    [InlineData("Observation?subject.name=x", "Subscription.criteria")]
    [InlineData("Observation?_has:Provenance:target:agent=x", "Subscription.criteria")]
    [InlineData("Observation?_filter=status eq final", "Subscription.criteria")]
    [InlineData("Observation?_count=1", "Subscription.criteria")]
    [InlineData("Observation?_include=Observation:subject", "Subscription.criteria")]
    [InlineData("Observation?code:in=http://example.org/set", "Subscription.criteria")]
    [InlineData("Nothing?code=1", "Subscription.criteria")]
    [InlineData("Observation?date=ap2026-11-26", "Subscription.criteria")]
    [InlineData("code=1", "Subscription.criteria")]
    [InlineData("Communication?status=completed", "Subscription.criteria")]
    [InlineData("Observation?code=1 and Condition?code=1", "Subscription.criteria")]
    public async Task A_filter_that_cannot_be_applied_is_refused(string filter, string expression)
    {
        await using var desk = await Desk.Open(server);

        await IsRefused(desk, desk.Form(filter), expression);
    }

    [Fact]
    public async Task A_filter_by_an_uploaded_search_parameter_is_refused()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        (await admin.Put("SearchParameter/own", """
            {"resourceType":"SearchParameter","id":"own","url":"http://example.org/own","name":"own","status":"active","description":"own",
             "code":"own","base":["Observation"],"type":"token","expression":"Observation.status"}
            """)).Is(201);
        await Desk.Until(async () => (await desk.Owner.Get("Observation?own=final")).Status != 400, "the parameter is not known");

        (await desk.Owner.Create(desk.Form("Observation?own=final"))).IsRefused(400, "not-supported");
    }

    [Fact]
    public async Task Topics_channels_endpoints_and_payloads_that_there_are_none_of_are_refused()
    {
        await using var desk = await Desk.Open(server);
        const string criteria = "Subscription.criteria";
        const string payload = "Subscription.channel.payload";
        const string endpoint = "Subscription.channel.endpoint";
        const string channel = "Subscription.channel.type";

        await IsRefused(desk, desk.Form(topic: "https://example.org/topics/unknown"), criteria);
        await IsRefused(desk, desk.Form(topic: $"{desk.BaseUrl}/SubscriptionTopic/unknown"), criteria);
        await IsRefused(desk, desk.Form(type: "sms"), channel);
        await IsRefused(desk, desk.Form().Replace("\"endpoint\"", $"{OfAnotherChannel},\"endpoint\"", StringComparison.Ordinal), channel);
        await IsRefused(desk, desk.Form(endpoint: "ftp://example.org/x"), endpoint);
        await IsRefused(desk, desk.Form(endpoint: "http://example.org/x"), endpoint);
        await IsRefused(desk, desk.Form(endpoint: "https://user@example.org/x"), endpoint);
        await IsRefused(desk, desk.Form(payload: "text/plain"), payload);
        await IsRefused(desk, desk.Form(payload: "application/fhir+json;fhirVersion=5.0"), payload);
        await IsRefused(desk, desk.Form(content: "everything"), payload);
        await IsRefused(desk, desk.Form().Replace("backport-payload-content", "another-content", StringComparison.Ordinal), payload);
        await IsRefused(desk, desk.Form(more: ",\"end\":\"2020-01-01T00:00:00Z\""), "Subscription.end");
        await IsRefused(desk, desk.Form(channel: Desk.ChannelExtension("backport-heartbeat-period", "valueUnsignedInt", 1)), "Subscription.channel");
        await IsRefused(desk, desk.Form(channel: Desk.ChannelExtension("backport-timeout", "valueUnsignedInt", 600)), "Subscription.channel");
        var crossVersion = desk.Form().Replace(
            "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria",
            "http://hl7.org/fhir/5.0/subscriptions-backport/StructureDefinition/backport-filter-criteria", StringComparison.Ordinal);
        await IsRefused(desk, crossVersion, "Subscription.criteria");
    }

    [Theory]
    [InlineData("Host: example.org")]
    [InlineData("content-LENGTH: 0")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Vagus-Signature: t=1,v1=0")]
    [InlineData("X-Vagus-Redisclosure-Notice: none")]
    [InlineData("no colon")]
    [InlineData(": no name")]
    [InlineData("two words: x")]
    [InlineData("X-One: a\r\nHost: example.org")]
    [InlineData("X-One: a\nX-Two: b")]
    [InlineData("X-One\r\nX-Two: b")]
    [InlineData("X-One: \u00e9")]
    [InlineData("X-One: a\u0000b")]
    public async Task A_header_of_the_connection_or_one_that_would_be_two_is_refused(string header)
    {
        await using var desk = await Desk.Open(server);

        var answer = (await desk.Owner.Create(desk.Form(channel: $",\"header\":[{Sample.Json(header)}]"))).Is(400);

        Assert.Empty(desk.Receiver.Taken);
        Assert.DoesNotContain("example.org", answer.Text, StringComparison.Ordinal);
        Assert.Empty((await desk.Owner.Get("Subscription")).Is(200).Entries);
    }

    [Theory]
    [InlineData(10_000, null)]
    [InlineData(20_000, "others")]
    public async Task There_are_so_many_subscriptions_of_a_user_and_of_an_organization_and_no_more(int most, string? owner)
    {
        await using var desk = await Desk.Open(server);
        var form = desk.Form().Replace("\"requested\"", "\"off\"", StringComparison.Ordinal);
        var first = (await desk.Owner.Create(form)).Is(201).Id;
        var copied = await server.Get<GroupCommit>().Write<int>(
            desk.Clinic.Tenant,
            async (write, cancel) => await write.Execute(Copy, [(long)most, owner, desk.Clinic.Tenant.Value, first], cancel),
            CancellationToken.None);
        Assert.Equal(most - 1, copied.Value);

        (await desk.Owner.Create(form)).Is(422);

        (await desk.Owner.Delete($"Subscription/{first}")).Is(204);
        (await desk.Owner.Create(form)).Is(201);
        (await desk.Owner.Create(form)).Is(422);
    }

    [Fact]
    public async Task A_version_of_FHIR_that_is_served_is_taken()
    {
        await using var desk = await Desk.Open(server);

        await desk.Subscribe(desk.Form(payload: "application/fhir+json;fhirVersion=4.0"));

        Assert.Equal("application/fhir+json;fhirVersion=4.0", desk.Taken("handshake")[0].Request.Headers["Content-Type"]);
    }

    private static async Task IsRefused(Desk desk, string form, string expression)
    {
        var answer = await desk.Owner.Create(form);

        answer.Is(400);
        Assert.Equal(expression, answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Empty((await desk.Owner.Get("Subscription")).Is(200).Entries);
        Assert.Empty((await desk.Owner.Get("Subscription/$status")).Is(200).Entries);
    }

    private static readonly Statement Copy = new("""
        insert into subscription_state (
          tenant_id, subscription_id, position, since, owner, status, body, changed_at, deleted, events, delivered, attempts, pushes, held)
        with recursive copies(number) as (select 2 union all select number + 1 from copies where number < @most)
        select
          tenant_id, 'copy-' || number, position, since, coalesce(cast(@owner as text), owner), status, body, changed_at, deleted, events,
          delivered, attempts, pushes, held
        from subscription_state
        cross join copies
        where tenant_id = @tenant_id
          and subscription_id = @subscription_id
        """);
}

public sealed class RefusedSubscriptionOnSqlite(SqliteSubscriptionServer server) : RefusedSubscriptionTests(server);

public sealed class RefusedSubscriptionOnPostgres(PostgresSubscriptionServer server) : RefusedSubscriptionTests(server);

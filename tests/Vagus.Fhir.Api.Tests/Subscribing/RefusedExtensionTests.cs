namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>An extension outside of its place would be passed over, and a receiver told more than was asked for.</summary>
public abstract class RefusedExtensionTests(SubscriptionServer server)
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
    private const string Root = "Subscription";
    private const string Criteria = "Subscription.criteria";
    private const string Channel = "Subscription.channel";
    private const string Payload = "Subscription.channel.payload";
    private const string Filter = $$"""{"url":"{{Guide}}/backport-filter-criteria","valueString":"Observation?code=1"}""";
    private const string Secret = """{"url":"signature-secret","valueString":"a-secret-of-the-receiver"}""";

    [Theory]
    [InlineData("backport-filter-criteria", "backport-filter-criterion", Criteria)]
    [InlineData($"{Guide}/backport-filter-criteria", "https://example.org/filter", Criteria)]
    [InlineData($"{Guide}/backport-filter-criteria", $"{Guide}/backport-filter-criteria|1.1.0", Criteria)]
    [InlineData("backport-filter-criteria", "backport-max-count", Criteria)]
    [InlineData("\"valueString\"", "\"valueCode\"", Criteria)]
    [InlineData("\"valueString\"", "\"valueString\":\"Observation?code=1\"},{\"url\":\"https://example.org/filter\",\"valueString\"", Criteria)]
    [InlineData("backport-payload-content", "backport-payload", Payload)]
    [InlineData("\"valueCode\"", "\"valueString\"", Payload)]
    [InlineData("\"valueCode\":\"id-only\"}", "\"valueCode\":\"id-only\"}," + Filter, Payload)]
    [InlineData("\"valueCode\":\"id-only\"}", "\"valueCode\":\"id-only\"},{\"url\":\"" + Guide + "/backport-payload-content\",\"valueCode\":\"empty\"}", Payload)]
    public async Task An_extension_of_another_address_place_or_type_is_refused(string right, string wrong, string expression)
    {
        await using var desk = await Desk.Open(server);

        await IsRefused(desk, desk.Form().Replace(right, wrong, StringComparison.Ordinal), expression);
    }

    [Theory]
    [InlineData(Filter, Root)]
    [InlineData("{\"url\":\"https://example.org/x\",\"extension\":[" + Filter + "]}", "Subscription.extension")]
    [InlineData(Secret, Root)]
    [InlineData("{\"url\":\"https://example.org/signature-secret\",\"valueString\":\"a-secret-of-the-receiver\"}", Root)]
    [InlineData("{\"url\":\"" + Guide + "/backport-heartbeat-period\",\"valueUnsignedInt\":60}", Root)]
    [InlineData("{\"url\":\"http://hl7.org/fhir/uv/subscription-backport/StructureDefinition/x\",\"valueCode\":\"x\"}", Root)]
    public async Task An_extension_of_the_resource_that_belongs_elsewhere_is_refused(string extension, string expression)
    {
        await using var desk = await Desk.Open(server);

        await IsRefused(desk, desk.Form(more: $",\"extension\":[{extension}]"), expression);
    }

    [Theory]
    [InlineData("backport-heartbeat-period", "valueInteger", 60)]
    [InlineData("backport-timeout", "valuePositiveInt", 20)]
    [InlineData("backport-max-count", "valueUnsignedInt", 10)]
    [InlineData("backport-max-count", "valuePositiveInt", 101)]
    [InlineData("backport-maxcount", "valuePositiveInt", 10)]
    [InlineData("backport-payload-content", "valueUnsignedInt", 10)]
    public async Task A_limit_that_would_not_hold_is_refused(string name, string type, int value)
    {
        await using var desk = await Desk.Open(server);

        await IsRefused(desk, desk.Form(channel: Desk.ChannelExtension(name, type, value)), Channel);
    }

    [Theory]
    [InlineData(",\"extension\":[" + Filter + "]", Channel)]
    [InlineData(",\"extension\":[{\"url\":\"signature-secret\",\"valueCode\":\"a-secret-of-the-receiver\"}]", Channel)]
    [InlineData(",\"_endpoint\":{\"extension\":[" + Secret + "]}", "Subscription.channel.endpoint")]
    public async Task A_secret_or_a_filter_that_is_out_of_place_in_the_channel_is_refused(string channel, string expression)
    {
        await using var desk = await Desk.Open(server);

        var answer = await IsRefused(desk, desk.Form(channel: channel), expression);

        Assert.DoesNotContain("a-secret", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_the_extensions_that_are_named_as_understood_each_is_taken()
    {
        await using var desk = await Desk.Open(server);
        var misspelt = desk.Form(channel: Desk.ChannelExtension("backport-max", "valuePositiveInt", 10));

        var named = (await IsRefused(desk, misspelt, Channel)).Text;

        Assert.Contains($"{Guide}/backport-max-count", named, StringComparison.Ordinal);
        Assert.DoesNotContain("backport-channel-type", named, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_client_prefers_leaves_no_filter_out()
    {
        await using var desk = await Desk.Open(server);

        var answer = await desk.Owner.Create(
            desk.Form("Observation?pateint=Patient/p"), request => request.Headers.TryAddWithoutValidation("Prefer", "handling=lenient"));

        answer.Is(400);
        Assert.Empty((await desk.Owner.Get("Subscription")).Is(200).Entries);
    }

    [Fact]
    public async Task An_extension_that_says_nothing_of_what_is_told_is_kept_and_a_hundred_events_are_a_notification()
    {
        await using var desk = await Desk.Open(server);
        var form = desk.Form(
            channel: Desk.ChannelExtension("backport-max-count", "valuePositiveInt", 100),
            more: ",\"extension\":[{\"url\":\"https://example.org/colour\",\"valueString\":\"green\"}]");

        Assert.Contains("green", (await desk.Owner.Create(form)).Is(201).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$status?identifier=x")]
    [InlineData("x/$status?active=true")]
    [InlineData("x/$events?eventsSince=3")]
    [InlineData("$get-ws-binding-token?ids=x")]
    [InlineData("x/$get-ws-binding-token?token=x")]
    public async Task A_parameter_that_an_operation_does_not_have_is_refused(string asked)
    {
        await using var desk = await Desk.Open(server);
        var (operation, name) = (asked.Split('?')[0], asked.Split('?')[1].Split('=')[0]);
        var sent = $$"""{"resourceType":"Parameters","parameter":[{"name":"{{name}}","valueString":"x"}]}""";

        (await desk.Owner.Get($"Subscription/{asked}")).IsRefused(400, "not-supported");
        (await desk.Owner.Post($"Subscription/{operation}", sent)).IsRefused(400, "not-supported");
    }

    private static async Task<Answer> IsRefused(Desk desk, string form, string expression)
    {
        var answer = (await desk.Owner.Create(form)).Is(400);

        Assert.Equal(expression, answer.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Empty((await desk.Owner.Get("Subscription")).Is(200).Entries);
        return answer;
    }
}

public sealed class RefusedExtensionOnSqlite(SqliteSubscriptionServer server) : RefusedExtensionTests(server);

public sealed class RefusedExtensionOnPostgres(PostgresSubscriptionServer server) : RefusedExtensionTests(server);

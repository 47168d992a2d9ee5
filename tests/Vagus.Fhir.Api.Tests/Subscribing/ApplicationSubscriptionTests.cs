using Vagus.Fhir.Api.Tests.Scopes;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>What applications are told: of what their user, or their service account, may see the part that the scopes name.</summary>
public abstract class ApplicationSubscriptionTests(SubscriptionServer server)
{
    private const string Subscribes = "user/Subscription.cruds";
    private const string Laboratory = "laboratory";
    private const string Vital = "vital-signs";

    [Fact]
    public async Task A_backend_service_is_told_below_its_scopes_also_behind_the_token_that_it_subscribed_with()
    {
        await using var desk = await Desk.Open(server);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var service = await tokens.AddService("system/Subscription.cruds system/Observation.rs system/Condition.rs");
        var app = await Token("system/Subscription.cruds system/Observation.rs");
        (await app.Create(desk.Form(filter: "Condition?patient=Patient/p"))).IsRefused(400, "not-supported");
        var id = (await app.Create(desk.Form(content: "full-resource"))).Is(201).Id;
        await desk.Becomes(id, "active", app);

        await desk.Observe("o");

        var told = Assert.Single(await desk.Notified(1));
        Assert.Equal(["o"], told.Focuses);
        Assert.Equal("Observation", told.Entries[1].GetProperty("resource").GetProperty("resourceType").GetString());
        // A Backend Service has a token for minutes: the next one goes on with what the first has made.
        var next = await Token("system/Subscription.cruds system/Observation.rs");
        Assert.Contains("Observation/o", (await next.Get($"Subscription/{id}/$events")).Is(200).Text, StringComparison.Ordinal);
        Assert.Single((await next.Get("Subscription/$status")).Is(200).Entries);
        (await next.Delete($"Subscription/{id}")).Is(204);
        (await next.Get($"Subscription/{id}")).Is(410);

        async Task<Person> Token(string scopes) => new(server, await tokens.TokenOf(service, scopes));
    }

    [Fact]
    public async Task A_launched_application_is_told_of_the_patient_in_its_context_alone()
    {
        await using var desk = await Desk.Open(server);
        (await desk.Owner.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        var app = await new ScopedTokens(desk.Clinic).OfUser(
            Role.Provider, "launch/patient patient/Observation.rs patient/Subscription.cruds", "p");
        var id = (await app.Create(desk.Form("_type=Observation", content: "full-resource"))).Is(201).Id;
        await desk.Becomes(id, "active", app);

        (await desk.Owner.Put("Observation/of-q", Sample.Observation("Patient/q", id: "of-q"))).Is(201);
        await desk.Observe("of-p");
        (await desk.Owner.Put("Observation/of-q", Sample.Observation("Patient/q", "718-8", id: "of-q"))).Is(200);
        await desk.Observe("of-p-too");

        Assert.Equal([1, 2], await desk.Numbers(2));
        Assert.Equal(["of-p", "of-p-too"], desk.Taken("event-notification").SelectMany(each => each.Focuses));
        var events = (await app.Get($"Subscription/{id}/$events?content=full-resource")).Is(200).Text;
        Assert.DoesNotContain("of-q", events, StringComparison.Ordinal);
        Assert.DoesNotContain("Patient/q", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_granular_scope_narrows_what_has_a_number_and_what_is_shown_later()
    {
        await using var desk = await Desk.Open(server);
        var app = await new ScopedTokens(desk.Clinic).OfUser(
            Role.Provider, $"{Subscribes} user/Observation.rs?category={Laboratory}");
        var id = (await app.Create(desk.Form(content: "full-resource"))).Is(201).Id;
        await desk.Becomes(id, "active", app);

        await desk.Observe("vital", Category(Vital));
        await desk.Observe("bare");
        await desk.Observe("lab", Category(Laboratory));
        Assert.Equal(["lab"], Assert.Single(await desk.Notified(1)).Focuses);
        await desk.Observe("lab", Category(Vital));
        await desk.Observe("lab-too", Category(Laboratory));

        Assert.Equal([1, 2], await desk.Numbers(2));
        Assert.Equal(["lab", "lab-too"], desk.Taken("event-notification").SelectMany(each => each.Focuses));
        var events = (await app.Get($"Subscription/{id}/$events?content=full-resource")).Is(200).Text;
        Assert.Contains("Observation/lab-too", events, StringComparison.Ordinal);
        Assert.DoesNotContain("Observation/lab\"", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rights_of_the_user_are_asked_too()
    {
        await using var desk = await Desk.Open(server);
        var tokens = new ScopedTokens(desk.Clinic).Tokens;
        var labels = await desk.Clinic.Provider(seesSensitive: false);
        var app = new Person(server, (await tokens.Authorize(
            await tokens.AddApp("user/*.cruds"), "user/*.cruds", ("person2@example.org", Role.Provider))).Access);
        var id = (await app.Create(desk.Form())).Is(201).Id;
        await desk.Becomes(id, "active", app);

        await desk.Observe("hidden", Sample.Labelled("R"));
        await desk.Observe("plain");

        Assert.Equal(["plain"], Assert.Single(await desk.Notified(1)).Focuses);
        (await labels.Get($"Subscription/{id}")).IsRefused(404, "not-found");
    }

    [Theory]
    [InlineData("user/Observation.rs user/Subscription.rs", 403, 403, 403)]
    [InlineData("user/Observation.rs user/Subscription.crs", 201, 403, 403)]
    [InlineData("user/Observation.rs user/Subscription.crus", 201, 200, 403)]
    [InlineData("user/Observation.rs user/Subscription.cruds", 201, 200, 204)]
    [InlineData("user/Observation.read user/Subscription.read", 403, 403, 403)]
    [InlineData("user/Observation.read user/Subscription.read user/Subscription.write", 201, 200, 204)]
    [InlineData("user/Observation.cruds", 403, 403, 403)]
    [InlineData("user/Condition.rs user/Subscription.cruds", 400, 400, 204)]
    public async Task Writing_needs_the_scope_of_each_interaction_and_the_right_to_search_what_is_asked_for(
        string scopes, int created, int updated, int deleted)
    {
        await using var desk = await Desk.Open(server);
        var app = await new ScopedTokens(desk.Clinic).OfUser(Role.Provider, scopes);

        var answer = (await app.Create(desk.SocketForm())).Is(created);
        var id = answer.Status == 201 ? answer.Id : "x";
        (await app.Put($"Subscription/{id}", WithId(desk.SocketForm("Observation?code=718-7"), id))).Is(updated);
        (await app.Delete($"Subscription/{id}")).Is(deleted);
    }

    [Fact]
    public async Task Events_of_the_catalogue_are_refused_to_applications()
    {
        await using var desk = await Desk.Open(server);
        var app = await new ScopedTokens(desk.Clinic).OfUser(Role.Provider, "user/*.cruds");
        var topic = $"{desk.BaseUrl}/SubscriptionTopic/lab.critical.alert";

        var refused = (await app.Create(desk.SocketForm("patient=Patient/p", topic: topic))).IsRefused(400, "not-supported");

        Assert.Equal("Subscription.criteria", refused.Json.GetProperty("issue")[0].GetProperty("expression")[0].GetString());
        Assert.Contains("resource-changed", refused.Text, StringComparison.Ordinal);
        (await desk.Owner.Create(desk.SocketForm("patient=Patient/p", topic: topic))).Is(201);
    }

    [Fact]
    public async Task What_goes_with_the_focus_of_an_own_topic_is_below_the_scopes_too()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        (await admin.Put("Basic/own", OwnTopic.Form($"{OwnTopic.Trigger(
            OwnTopic.Part("supportedInteraction", "valueCode", "create"))},{OwnTopic.Filter("patient")},{OwnTopic.Shape("Observation:subject")}"))).Is(201);
        var tokens = new ScopedTokens(desk.Clinic);
        var without = await tokens.OfUser(Role.Provider, $"{Subscribes} user/Observation.rs");
        var with = await tokens.OfUser(Role.Provider, $"{Subscribes} user/Observation.rs user/Patient.rs");
        var form = desk.SocketForm("patient=Patient/p", "full-resource", topic: OwnTopic.Url);
        var (bare, whole) = ((await without.Create(form)).Is(201).Id, (await with.Create(form)).Is(201).Id);

        await desk.Observe("o");

        await using var one = await BoundSocket.Bound(without, bare);
        await using var other = await BoundSocket.Bound(with, whole);
        Assert.DoesNotContain("\"Patient\"", (await one.Hears(1))[0].Bundle.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("\"Patient\"", (await other.Hears(1))[0].Bundle.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_statement_and_the_configuration_for_applications_say_so()
    {
        var nobody = new Person(server, token: null);
        var type = (await nobody.Get("metadata")).Is(200).Json.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()
            .Single(each => each.GetProperty("type").GetString() == "Subscription");
        var scopes = (await nobody.Get(".well-known/smart-configuration")).Is(200).Json.GetProperty("scopes_supported").EnumerateArray();

        Assert.Contains("SMART applications subscribe", type.GetProperty("documentation").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, scopes.Count(scope => scope.GetString()!.EndsWith("/Subscription.cruds", StringComparison.Ordinal)));
    }

    private static string Category(string code) =>
        $$""","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"{{code}}"}]}]""";

    private static string WithId(string form, string id) =>
        form.Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal);
}

public sealed class ApplicationSubscriptionOnSqlite(SqliteSubscriptionServer server) : ApplicationSubscriptionTests(server);

public sealed class ApplicationSubscriptionOnPostgres(PostgresSubscriptionServer server) : ApplicationSubscriptionTests(server);

using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed while notifications of FHIR subscriptions go out. Numbers are contiguous, each stands for one thing however often
/// it comes, and what was acknowledged is told. VAGUS_SUBSCRIPTION_KILLS says how often (2 unless told), VAGUS_SEED when.
/// </summary>
public abstract class SubscriptionCrashTests(Engine engine)
{
    private const string Guide = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition";
    private static readonly int Kills = Number("VAGUS_SUBSCRIPTION_KILLS", 2);
    private static readonly int Seed = Number("VAGUS_SEED", 20261127);
    private static readonly TimeSpan TellLimit = TimeSpan.FromSeconds(120);
    private static readonly Dictionary<string, string> Settings = new() { ["VAGUS_FHIR_HOOKS_PRIVATE"] = "true" };

    [Fact]
    public async Task Killed_at_any_moment_the_server_tells_each_event_under_one_number()
    {
        await using var receiver = await Receiver.Start();
        await using var server = await RunningServer.Start(engine, Settings);
        using var provider = server.SignIn("provider");
        var patient = await provider.Put("/fhir/Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        Assert.True(patient.Succeeded, patient.Text);
        var changes = await Subscribe(server, provider, receiver, "resource-changed", "Observation?patient=p1");
        var alerts = await Subscribe(server, provider, receiver, "lab.critical.alert", "patient=p1");
        var random = new Random(Seed);
        var acknowledged = new ConcurrentBag<string>();

        for (var kill = 0; kill < Kills; kill++)
        {
            using var stop = new CancellationTokenSource();
            var writing = Write(provider, $"k{kill}", acknowledged, stop.Token);
            var moment = receiver.Taken.Count + random.Next(5, 30);
            await Condition.Becomes(() => receiver.Taken.Count >= moment, "notifications came", () => server.Said);
            await server.Kill();
            await stop.CancelAsync();
            await writing;
            await server.StartAgain([], Settings);
        }

        foreach (var (path, id) in new[] { ("resource-changed", changes), ("lab.critical.alert", alerts) })
            await IsWhole(receiver, path, acknowledged, () => Counted(provider, id));
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{engine}: {Kills} kills, {acknowledged.Count} changes, each told under one number"));
    }

    private static async Task IsWhole(Receiver receiver, string path, ConcurrentBag<string> acknowledged, Func<Task<long>> counted)
    {
        await Condition.Becomes(
            async () =>
            {
                var told = Told(receiver, path).Distinct().ToList();
                return told.Count >= await counted() && !acknowledged.Except(told.Select(each => each.Focus)).Any();
            },
            $"all of {path} is told", () => $"{Told(receiver, path).Distinct().Count()} of {acknowledged.Count}", TellLimit);
        var byNumber = Told(receiver, path).Distinct().ToList();

        Assert.Equal(Enumerable.Range(1, byNumber.Count).Select(number => (long)number), byNumber.Select(each => each.Number));
        Assert.Equal(byNumber.Count, byNumber.Select(each => each.Focus).Distinct().Count());
    }

    /// <summary>In the order in which it came.</summary>
    private static List<(long Number, string Focus)> Told(Receiver receiver, string path) =>
        [.. receiver.Taken.Where(each => each.Path == $"/{path}").SelectMany(each => EventsOf(JsonNode.Parse(each.Body)!))];

    private static IEnumerable<(long Number, string Focus)> EventsOf(JsonNode bundle) =>
        from parameter in bundle["entry"]![0]!["resource"]!["parameter"]!.AsArray()
        where (string?)parameter!["name"] == "notification-event"
        let parts = parameter["part"]!.AsArray().ToDictionary(part => (string)part!["name"]!, part => part!)
        select (
            long.Parse((string)parts["event-number"]["valueString"]!, CultureInfo.InvariantCulture),
            ((string)parts["focus"]["valueReference"]!["reference"]!).Split('/')[^1]);

    private static async Task<string> Subscribe(RunningServer server, SignedIn owner, Receiver receiver, string topic, string filter)
    {
        var form = $$$$"""
            {"resourceType":"Subscription","status":"requested","reason":"kills","criteria":"{{{{server.Url}}}}/fhir/SubscriptionTopic/{{{{topic}}}}",
             "_criteria":{"extension":[{"url":"{{{{Guide}}}}/backport-filter-criteria","valueString":"{{{{filter}}}}"}]},
             "channel":{"type":"rest-hook","endpoint":"{{{{receiver.Address}}}}{{{{topic}}}}","payload":"application/fhir+json",
               "extension":[{"url":"{{{{Guide}}}}/backport-timeout","valueUnsignedInt":1},{"url":"{{{{Guide}}}}/backport-max-count","valuePositiveInt":3}],
               "_payload":{"extension":[{"url":"{{{{Guide}}}}/backport-payload-content","valueCode":"id-only"}]}}}
            """;
        var made = await owner.Post("/fhir/Subscription", form);
        Assert.True(made.Succeeded, made.Text);
        var id = (string)made.Json["id"]!;
        await Condition.Becomes(
            async () => (string?)(await owner.Get($"/fhir/Subscription/{id}")).Json["status"] == "active", "it is active", () => server.Said);
        return id;
    }

    private static async Task<long> Counted(SignedIn owner, string id) => (await owner.Get($"/fhir/Subscription/{id}/$status"))
        .Json["entry"]![0]!["resource"]!["parameter"]!.AsArray()
        .Where(each => (string?)each!["name"] == "events-since-subscription-start")
        .Select(each => long.Parse((string)each!["valueString"]!, CultureInfo.InvariantCulture)).Single();

    private static async Task Write(SignedIn author, string prefix, ConcurrentBag<string> acknowledged, CancellationToken stop)
    {
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}");
            try
            {
                if ((await author.Put($"/fhir/Observation/{id}", Observation(id))).Succeeded) acknowledged.Add(id);
            }
            catch (HttpRequestException)
            {
                // The server was killed under this write: it may be there or not.
                return;
            }
        }
    }

    private static string Observation(string id) => $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"final","subject":{"reference":"Patient/p1"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"valueQuantity":{"value":6.9,"unit":"mmol/L"},
         "interpretation":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"HH"}]}]}
        """;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;
}

public sealed class SqliteSubscriptionCrashTests() : SubscriptionCrashTests(Engine.Sqlite);

public sealed class PostgresSubscriptionCrashTests() : SubscriptionCrashTests(Engine.Postgres);

using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// Who writes critical values and answers their alerts, with a user on call at each level. An act whose answer is lost with the server is
/// no fault; one that was answered is told to the witness.
/// </summary>
internal sealed class AlertWard : IDisposable
{
    private const string Order = "order-of-alerts";
    // No limit is over by the clock, however long the run takes: only what is made due goes on.
    private const string LongLimits = """
        {"default":{"levels":[{"to":"owner","minutes":1440},{"to":"backup","minutes":1440},{"to":"charge_nurse","minutes":1440},
         {"to":"phone","minutes":1440}],"actionMinutes":1440,"repeatMinutes":1440}}
        """;

    private readonly RunningServer server;
    private readonly SignedIn laboratory;
    private readonly SignedIn provider;
    private string providerId = "";

    private AlertWard(RunningServer server) =>
        (this.server, laboratory, provider) = (server, server.SignIn("service"), server.SignIn("provider"));

    public AlertWitness Known { get; } = new();

    public static async Task<AlertWard> Open(RunningServer server)
    {
        var ward = new AlertWard(server);
        ward.providerId = await IdOf(ward.provider);
        using var admin = server.SignIn("admin");
        var (from, until) = (Moment(-1), Moment(30));
        var policy = await admin.Put("/api/admin/settings/alert-policy", LongLimits);
        Assert.True(policy.Succeeded, policy.Text);
        foreach (var (duty, role) in new[] { ("backup_provider", "medical_assistant"), ("charge_nurse", "nurse"), ("operator", "admin") })
        {
            using var person = server.SignIn(role);
            var turn = new JsonObject
            {
                ["duty"] = duty, ["userId"] = await IdOf(person), ["from"] = from, ["until"] = until,
            };
            var added = await admin.Post("/api/on-call", turn.ToJsonString());
            Assert.True(added.Succeeded, added.Text);
        }

        var ordered = await ward.laboratory.Put($"/fhir/ServiceRequest/{Order}", $$$"""
            {"resourceType":"ServiceRequest","id":"{{{Order}}}","status":"active","intent":"order","subject":{"reference":"Patient/p1"},
             "requester":{"reference":"Practitioner/{{{Clinic.Tenant}}}-provider"}}
            """);
        Assert.True(ordered.Succeeded, ordered.Text);
        return ward;
    }

    /// <summary>All clinical events, and of those for one person the provider's own.</summary>
    public bool IsSeenByProvider(LoggedEvent each) => each.Audience is not { } audience || audience.Participants.Contains(providerId);

    public Task Write(string observation) => Tried(async () =>
    {
        var answer = await Send(laboratory, HttpMethod.Put, $"/fhir/Observation/{observation}", Critical(observation));
        Assert.True(answer.Succeeded, $"{observation}: {(int)answer.Status} {answer.Text}");
        Known.Wrote(observation);
    });

    public Task AcknowledgeNewest() => Answer("acknowledge", "{}", alert => (bool)alert["requiresAcknowledgment"]!, Known.Acknowledged);

    public Task ResolveNewest() =>
        Answer("resolve", """{"action":"treated"}""", alert => (string)alert["state"]! != "resolved", Known.Resolved);

    /// <summary>Somebody is reached on the telephone about the newest alert that waits for a call.</summary>
    public Task CallAboutNewest() => Answer(
        "calls", """{"called":"Dr. Ruiz","reached":true}""",
        alert => (bool)alert["phoneTask"]! && (bool)alert["requiresAcknowledgment"]!, _ => Known.Called());

    public Task HasRaised(string observation) => Condition.Becomes(
        async () => (await Newest()).Any(alert => ((string)alert["resource"]!).Split('/')[1] == observation),
        $"{observation} has its alert", () => server.Said);

    /// <summary>What is due has been handed on.</summary>
    public Task NothingIsDue() => Condition.Becomes(
        async () => (await Waiting(atMost: 1)).All(alert => alert.DueAt > DateTimeOffset.UtcNow), "each alert was handed on",
        () => server.Said);

    /// <summary>As if the limits of the newest alerts were over: no test waits ten minutes.</summary>
    public async Task MakeDue(int atMost)
    {
        var newest = (await Waiting(int.MaxValue)).OrderByDescending(alert => alert.Id, StringComparer.Ordinal).Take(atMost).ToList();
        foreach (var (id, _) in newest) Known.MadeDue(id);
        var passed = await Commit(newest.ConvertAll(alert => alert.Id));
        // Nothing was written then: a machine that is too busy kept the transaction open for too long.
        for (var clock = Stopwatch.StartNew(); passed.IsRefused && clock.Elapsed < Condition.Limit;)
            passed = await Commit(newest.ConvertAll(alert => alert.Id));
        Assert.Equal(newest.Count, passed.Value);
    }

    /// <summary>Waits until the log has an event of this type after the position.</summary>
    public Task Shows(string type, long after) => Condition.Becomes(
        async () => (await server.Data.ReadLog(Clinic.Tenant, after)).Exists(each => each.Type == type),
        $"the log has {type}", () => server.Said, pause: TimeSpan.FromMilliseconds(1));

    public async Task<long> Head() =>
        (await server.Data.Log.Extent(new TenantId(Clinic.Tenant), CancellationToken.None)).Last;

    public async Task<List<JsonNode>> Alerts()
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var at = cursor is null ? "" : $"&cursor={cursor}";
            var page = (await Send(provider, HttpMethod.Get, $"/api/alerts?limit=200{at}", body: null)).Json;
            all.AddRange(page["items"]!.AsArray().Select(alert => alert!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        return all;
    }

    public void Dispose()
    {
        laboratory.Dispose();
        provider.Dispose();
    }

    private ValueTask<Result<int>> Commit(List<string> due) => server.Data.Commit.Write<int>(
        new TenantId(Clinic.Tenant),
        async (write, cancel) =>
        {
            var changed = 0;
            foreach (var id in due) changed += await write.Execute(SetDue, [write.At.ToMicroseconds(), Clinic.Tenant, id], cancel);
            return changed;
        },
        CancellationToken.None);

    private async Task<IEnumerable<JsonNode>> Newest() =>
        (await Send(provider, HttpMethod.Get, "/api/alerts?limit=20", body: null)).Json["items"]!.AsArray().Select(alert => alert!);

    private Task Answer(string path, string body, Predicate<JsonNode> isAsked, Action<JsonNode> answered) => Tried(async () =>
    {
        if ((await Newest()).FirstOrDefault(alert => isAsked(alert)) is not { } newest) return;
        var answer = await Send(provider, HttpMethod.Post, $"/api/alerts/{(string)newest["id"]!}/{path}", body);
        Assert.True(answer.Succeeded, $"{path}: {(int)answer.Status} {answer.Text}");
        answered(answer.Json);
    });

    private async Task<List<(string Id, DateTimeOffset DueAt)>> Waiting(int atMost) => await server.Data.Database.Query(
        FirstDue, [Clinic.Tenant, (long)atMost], row => (row.GetString(0), Instant.FromMicroseconds(row.GetInt64(1))),
        CancellationToken.None);

    /// <summary>Again while the server says that nothing was done and that it is worth asking again: 503.</summary>
    private static async Task<Answer> Send(SignedIn by, HttpMethod method, string path, string? body)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await by.Send(method, path, body);
            if (answer.Status != HttpStatusCode.ServiceUnavailable || clock.Elapsed > Condition.Limit) return answer;
            await Task.Delay(100);
        }
    }

    private static async Task Tried(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or IOException)
        {
            // Killed before it answered.
        }
    }

    private static string Moment(int days) =>
        DateTimeOffset.UtcNow.AddDays(days).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static async Task<string> IdOf(SignedIn person) => (string)(await person.Get("/api/auth/me")).Json["user"]!["id"]!;

    private static string Critical(string id) => $$$"""
        {"resourceType":"Observation","id":"{{{id}}}","status":"final","subject":{"reference":"Patient/p1"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},
         "basedOn":[{"reference":"ServiceRequest/{{{Order}}}"}],
         "valueQuantity":{"value":7.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
        """;

    private static readonly Statement FirstDue = new("""
        select alert_id, due_at
        from care_alert
        where tenant_id = @tenant_id
          and due_at is not null
        order by due_at
        limit @limit
        """);

    private static readonly Statement SetDue = new("""
        update care_alert
        set due_at = @now
        where tenant_id = @tenant_id
          and alert_id = @alert_id
          and due_at is not null
        """);
}

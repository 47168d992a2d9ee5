using System.Net;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>Critical values, the alerts that they raise, and what must hold of these however the servers are treated.</summary>
internal static class AlertSteps
{
    public const string Order = "order-of-alerts";

    public static async Task<HashSet<string>> Values(SignedIn reader) =>
        [.. (await All(reader)).Select(alert => ((string)alert["resource"]!).Split('/')[1])];

    /// <summary>One alert of each value, one event of its raising, one event and one word to the owner for each hand.</summary>
    public static async Task EachOnce(RunningServer server, SignedIn reader)
    {
        var alerts = await All(reader);
        Assert.Equal(alerts.Count, alerts.Select(alert => (string)alert["resource"]!).Distinct().Count());
        var told = (await server.Data.ReadLog(Clinic.Tenant)).Where(IsOfAlerts)
            .Select(each => (each.Type, Body: JsonNode.Parse(each.Body)!))
            .ToLookup(each => (string)(each.Body["alertId"] ?? each.Body["id"])!);
        Assert.Equal(alerts.Count, told.Count);
        foreach (var alert in alerts)
        {
            var events = told[(string)alert["id"]!].Select(each => each.Type).ToList();
            var steps = alert["timeline"]!.AsArray().Select(step => (string)step!["what"]!).ToList();
            Assert.Single(events, "alert.raised");
            Assert.Single(steps, "raised");
            foreach (var (step, type) in new[]
            {
                ("escalated", "alert.escalated"), ("acknowledged", "alert.acknowledged"), ("notified", "notification.critical"),
            })
            {
                Assert.Equal(steps.Count(each => each == step), events.Count(each => each == type));
            }
        }
    }

    private static bool IsOfAlerts(LoggedEvent each) =>
        each.Type == "notification.critical" || each.Type.StartsWith("alert.", StringComparison.Ordinal);

    /// <summary>As if every limit were over: no test waits ten minutes.</summary>
    public static async Task LetTimePass(ServerData data)
    {
        var passed = await data.Commit.Write<int>(
            new TenantId(Clinic.Tenant),
            async (write, cancel) => await write.Execute(MakeDue, [write.At.ToMicroseconds()], cancel), default);
        Assert.False(passed.IsRefused);
    }

    public static async Task<List<JsonNode>> All(SignedIn reader)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = (await reader.Get($"/api/alerts?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
            all.AddRange(page["items"]!.AsArray().Select(alert => alert!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>Again where a machine that is too busy kept a transaction open for so long that PostgreSQL ended it.</summary>
    public static async Task Write(SignedIn by, string path, string resource)
    {
        var answer = await by.Put($"/fhir/{path}", resource);
        while (NothingWasWritten(answer)) answer = await by.Put($"/fhir/{path}", resource);
        Assert.True(answer.Succeeded, $"{path}: {(int)answer.Status} {answer.Text}");
    }

    public static bool NothingWasWritten(Answer answer) =>
        answer.Status == HttpStatusCode.ServiceUnavailable && answer.Text.Contains("Nothing was written", StringComparison.Ordinal);

    public static string Ordered() => $$$"""
        {"resourceType":"ServiceRequest","id":"{{{Order}}}","status":"active","intent":"order","subject":{"reference":"Patient/p1"},
         "requester":{"reference":"Practitioner/{{{Clinic.Tenant}}}-provider"}}
        """;

    public static string Critical(int number) => $$$"""
        {"resourceType":"Observation","id":"critical-{{{number}}}","status":"final","subject":{"reference":"Patient/p1"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},
         "basedOn":[{"reference":"ServiceRequest/{{{Order}}}"}],
         "valueQuantity":{"value":7.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
        """;

    private static readonly Statement MakeDue = new("""
        update care_alert
        set due_at = @now
        where due_at is not null
        """);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Publishing;

/// <summary>What the audit tells of those who poll the log.</summary>
public abstract class ReplayAuditTests(Engine engine)
{
    [Fact]
    public async Task Each_page_is_recorded_with_the_patients_whom_it_shows_and_a_patients_audit_finds_it()
    {
        await using var ward = await Ward.Open(engine);
        var (service, lab, desk) = (await ward.Has(Role.Service), await ward.Has(Role.Lab), await ward.Has(Role.FrontDesk));
        foreach (var number in Enumerable.Range(1, 3))
            await ward.Done(service, "POST", "/api/events", Order(number).ToJsonString());

        await ward.Done(lab, "GET", "/api/events?limit=2");
        await ward.Done(lab, "GET", "/api/events?since=2&wait=1");
        await ward.Done(lab, "GET", "/api/events?patientId=p9");
        await ward.Done(desk, "GET", "/api/events");

        var replays = await Replays(ward, patient: null);
        Assert.Equal(
            ["", "p9", "p3", "p1,p2"],
            replays.Select(entry => string.Join(',', entry.Patients.Select(patient => patient.Value).Order(StringComparer.Ordinal))));
        Assert.Equal("since=0,types=all,last=2,events=2", replays[^1].Detail);
        foreach (var (patient, count) in new[] { ("p1", 1), ("p3", 1), ("p9", 1), ("p4", 0) })
            Assert.Equal(count, (await Replays(ward, new PatientId(patient))).Count);
    }

    [Fact]
    public async Task A_poll_that_waited_is_recorded_with_what_came()
    {
        await using var ward = await Ward.Open(engine);
        var (service, lab) = (await ward.Has(Role.Service), await ward.Has(Role.Lab));
        var wait = TimeSpan.FromSeconds(29);
        ward.Clock.BeforeTimer = due =>
        {
            if (due == wait) ward.Done(service, "POST", "/api/events", Order(1).ToJsonString()).GetAwaiter().GetResult();
        };

        await ward.Done(lab, "GET", "/api/events?wait=29").WaitAsync(TimeSpan.FromSeconds(15));

        Assert.Equal([new PatientId("p1")], Assert.Single(await Replays(ward, patient: null)).Patients);
    }

    private static async Task<List<AuditEntry>> Replays(Ward ward, PatientId? patient)
    {
        var page = await ward.Get<AuditReader>().Search(
            Ward.North, new AuditFilter { Patient = patient, Actions = [AuditActions.Replay] }, before: null, count: 50, default);
        return [.. page.Entries.Select(recorded => recorded.Entry)];
    }

    private static JsonObject Order(int number)
    {
        var patient = string.Create(CultureInfo.InvariantCulture, $"p{number}");
        return new JsonObject
        {
            ["specversion"] = "1.0", ["id"] = $"e-{patient}", ["type"] = "lab.order.created", ["source"] = "/analyser",
            ["time"] = "2026-03-01T08:00:00Z", ["userid"] = "u-ext", ["portaltype"] = "lab", ["subject"] = $"Patient/{patient}",
            ["data"] = new JsonObject
            {
                ["patientId"] = patient, ["resource"] = "ServiceRequest/sr-1/_history/1", ["orderId"] = "sr-1",
            },
        };
    }
}

public sealed class ReplayAuditOnSqlite() : ReplayAuditTests(Engine.Sqlite);

public sealed class ReplayAuditOnPostgres() : ReplayAuditTests(Engine.Postgres);

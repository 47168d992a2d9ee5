using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>
/// <c>GET /api/alerts?state=&amp;owner=&amp;patientId=</c> in two organizations that have patients, providers and observations of the same
/// ids.
/// </summary>
public abstract class AlertFilterTests(Engine engine)
{
    [Fact]
    public async Task Each_filter_gives_what_matches_within_the_callers_organization_and_nothing_else()
    {
        await using var ward = await Ward.Open(engine);
        var (north, south) = (await Team.Of(ward), await Team.Of(ward, Ward.South));
        await ward.Tell(Ward.Potassium());
        await ward.Tell(Of("p2", provider: "dr-8"), "p2");
        await ward.Tell(Ward.Potassium(), tenant: Ward.South);
        await ward.AlertsWhen(north.Ordering, alerts => alerts.Count == 2);
        await ward.AlertsWhen(south.Ordering, alerts => alerts.Count == 1);
        var second = EscalationTests.Id(Assert.Single(await ward.Alerts(north.Ordering, "patientId=p2")));
        await ward.Done(north.Backup, "POST", $"/api/alerts/{second}/acknowledge", new { });

        foreach (var (by, query, patients) in new (Signed By, string Query, string Patients)[]
        {
            (north.Ordering, "", "p1 p2"),
            (north.Ordering, "state=raised", "p1"),
            (north.Ordering, "state=acknowledged", "p2"),
            (north.Ordering, "state=resolved", ""),
            (north.Ordering, "owner=me", "p1"),
            (north.Backup, "owner=me", "p2"),
            (north.Ordering, $"owner={north.Backup.User}", "p2"),
            (north.Ordering, $"owner={south.Ordering.User}", ""),
            (north.Ordering, "patientId=p1", "p1"),
            (north.Ordering, "patientId=p2", "p2"),
            (north.Ordering, "patientId=p3", ""),
            (north.Ordering, "state=raised&patientId=p2", ""),
            (north.Ordering, $"state=acknowledged&owner={north.Backup.User}&patientId=p2", "p2"),
            (south.Ordering, "", "p1"),
            (south.Ordering, "state=acknowledged", ""),
            (south.Ordering, "patientId=p1", "p1"),
            (south.Ordering, "patientId=p2", ""),
            (south.Ordering, "owner=me", "p1"),
            (south.Ordering, $"owner={north.Ordering.User}", ""),
        })
        {
            var found = await ward.Alerts(by, query);

            Assert.Equal((query, patients), (query, string.Join(' ', Patients(found))));
            var own = by.Tenant == Ward.North ? north : south;
            Assert.All(found, alert => Assert.Contains(
                EscalationTests.Text(alert.GetProperty("owner"), "userId"), (string[])[own.Ordering.User, own.Backup.User]));
        }

        foreach (var query in (string[])["state=open", "patient=p1"])
            Assert.Equal(400, (await ward.Send(north.Ordering, "GET", $"/api/alerts?{query}")).Status);
        var patient = await ward.Has(Role.Patient, patient: "p1");
        Assert.Equal(403, (await ward.Send(patient, "GET", "/api/alerts?patientId=p1")).Status);
    }

    [Fact]
    public async Task A_question_for_a_patient_is_not_answered_with_an_alert_whose_patient_the_caller_may_not_know()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var seeing = await ward.Has(Role.Nurse, labels: Sensitivity.Hiv);
        var hiv = new NewEvent("", "", default)
        {
            Labels = Sensitivity.Hiv, Released = true, Draws = [new EventDraw("Observation", "o1") { Labels = Sensitivity.Hiv }],
        };
        await ward.Tell(Ward.Potassium(), like: hiv);
        await ward.Tell(Of("p2", provider: "dr-7"), "p2");
        await ward.AlertsWhen(seeing, alerts => alerts.Count == 2);

        Assert.Single(await ward.Alerts(seeing, "patientId=p1"));
        Assert.Empty(await ward.Alerts(team.Ordering, "patientId=p1"));
        Assert.Single(await ward.Alerts(team.Ordering, "patientId=p2"));
        Assert.DoesNotContain(
            await ward.Alerts(team.Ordering), alert => alert.GetRawText().Contains("\"p1\"", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Patients(IEnumerable<JsonElement> alerts) =>
        alerts.Select(alert => EscalationTests.Text(alert, "patientId")).Order(StringComparer.Ordinal);

    private static LabCriticalAlert Of(string patient, string provider) =>
        Ward.Potassium(observation: $"of-{patient}", provider: provider) with { PatientId = patient };
}

public sealed class AlertFiltersOnSqlite() : AlertFilterTests(Engine.Sqlite);

public sealed class AlertFiltersOnPostgres() : AlertFilterTests(Engine.Postgres);

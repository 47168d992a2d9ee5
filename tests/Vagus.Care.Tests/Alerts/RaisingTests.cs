using System.Security.Cryptography;
using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>What raises an alert, what raises none, and whom it waits for.</summary>
public abstract class RaisingTests(Engine engine)
{
    private const string Resource = "DetectedIssue/di-1/_history/1";

    [Fact]
    public async Task A_critical_value_becomes_an_alert_in_the_shape_of_the_contract()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);

        await ward.Tell(Ward.Potassium());

        var alert = await ward.TheAlert(team.Ordering);
        Assert.Equal(
            ("critical_lab_value", "urgent", "CRITICAL LAB VALUE", "CRITICAL: Potassium = 6.5 mmol/L", "p1", "Canary Patient"),
            (Text(alert, "type"), Text(alert, "priority"), Text(alert, "title"), Text(alert, "message"), Text(alert, "patientId"),
                Text(alert, "patientName")));
        Assert.Equal(
            """{"testName":"Potassium","value":6.5,"unit":"mmol/L","criticalReason":"Severe hyperkalemia"}""",
            alert.GetProperty("details").GetRawText());
        Assert.Equal(["raised", "notified"], alert.GetProperty("timeline").EnumerateArray().Select(step => Text(step, "what")));
        Assert.Equal("provider", Text(alert.GetProperty("owner"), "role"));
    }

    [Fact]
    public async Task A_biopsy_says_all_its_conclusions_and_one_that_is_added_is_news()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var naevus = new Coding("400096001", "http://snomed.info/sct", "Melanocytic naevus");
        var melanoma = new Coding("93655004", "http://snomed.info/sct", "Malignant melanoma of skin");
        var carcinoma = new Coding("254701007", "http://snomed.info/sct", "Basal cell carcinoma of skin");
        BiopsyResultReceived Result(int version, params Coding[] conclusions) => new(
            "p1", $"DiagnosticReport/b/_history/{version}", "sr", "b", true, "Biopsy of skin", conclusions, "dr-7", IsMalignant: true);

        await ward.Tell(Result(1, naevus, carcinoma));
        var first = await ward.TheAlert(team.Ordering);
        await ward.Tell(Result(2, naevus, carcinoma, melanoma));
        var amended = await ward.TheAlert(
            team.Ordering, each => each.GetProperty("timeline").EnumerateArray().Any(step => Text(step, "what") == "corrected"));

        Assert.Equal("CRITICAL: Biopsy of skin: Melanocytic naevus; Basal cell carcinoma of skin", Text(first, "message"));
        Assert.EndsWith("; Malignant melanoma of skin", Text(amended, "message"), StringComparison.Ordinal);
    }

    public static TheoryData<string, EventData> Others => new()
    {
        {
            "critical_radiology_finding",
            new RadiologyCriticalAlert(
                "p1", "DiagnosticReport/r/_history/1", "r", "Tension pneumothorax", new("233645004"), "Critical finding",
                OrderingProviderId: "dr-7")
        },
        { "drug_interaction", new DrugInteractionAlert("p1", Resource, "di-1", [], "high", "Raises warfarin", PrescriberId: "dr-7") },
        { "allergy_contraindication", new AllergyContraindication("p1", Resource, [], "Amoxicillin", PrescriberId: "dr-7") },
        {
            "biopsy_result",
            new BiopsyResultReceived(
                "p1", "DiagnosticReport/b/_history/1", "sr", "b", true, "Biopsy of skin",
                [new("93655004", "http://snomed.info/sct", "Malignant melanoma of skin")], "dr-7")
        },
        {
            "biopsy_result",
            new BiopsyResultReceived("p1", "DiagnosticReport/b/_history/1", "sr", "b", true, OrderingProviderId: "dr-7", IsMalignant: true)
        },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Each_source_of_the_contract_raises_its_alert_for_the_provider_who_asked(string type, EventData data)
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);

        await ward.Tell(data);

        var alert = await ward.TheAlert(team.Ordering);
        Assert.Equal((type, 1, team.Ordering.User), (Text(alert, "type"), alert.GetProperty("level").GetInt32(), Owner(alert)));
    }

    [Fact]
    public async Task A_value_that_could_not_be_judged_says_so_and_a_bound_says_on_which_side_the_value_lies()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        const string Reason = "Could not be judged: its unit is not known here";

        await ward.Tell(Ward.Potassium("strange", 7.5m) with { Unit = "mmol", CriticalReason = Reason });
        await ward.Tell(Ward.Potassium("bound", 8m) with { ValueText = "> 8 mmol/L" });

        var alerts = await ward.AlertsWhen(team.Ordering, each => each.Count == 2);
        Assert.Equal(
            [
                ("CRITICAL LAB VALUE", "CRITICAL: Potassium = > 8 mmol/L"),
                ("LAB VALUE NOT JUDGED", "NOT JUDGED: Potassium = 7.5 mmol"),
            ],
            alerts.Select(alert => (Text(alert, "title"), Text(alert, "message"))).Order());
    }

    [Fact]
    public async Task A_moderate_interaction_a_benign_biopsy_and_an_imported_value_raise_none()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);

        await ward.Tell(new DrugInteractionAlert("p1", Resource, "di-1", [], "moderate", "Raises warfarin"));
        await ward.Tell(new BiopsyResultReceived(
            "p1", "DiagnosticReport/b/_history/1", "sr", "b", true,
            Conclusions: [new("400010006", "http://snomed.info/sct", "Melanocytic nevus")]));
        await ward.Tell(Ward.Potassium("old", at: "2019-01-01T00:00:00Z"));
        await ward.Tell(Ward.Potassium("new"));

        Assert.EndsWith("new/_history/1", Text(await ward.TheAlert(team.Ordering), "resource"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_issued_today_of_an_old_specimen_and_what_is_amended_today_raise_an_alert()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var culture = Ward.Potassium("culture", value: 7.1m, at: "2026-01-10T08:00:00Z") with { IssuedAt = "2026-03-01T07:55:00Z" };

        await ward.Tell(culture);
        await ward.Tell(Ward.Potassium("amended", value: 7.2m, version: 2, at: "2019-01-01T00:00:00Z"));

        var alerts = await ward.AlertsWhen(team.Ordering, alerts => alerts.Count == 2);
        Assert.Equal(
            ["CRITICAL: Potassium = 7.1 mmol/L", "CRITICAL: Potassium = 7.2 mmol/L"],
            alerts.Select(alert => Text(alert, "message")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_result_of_many_words_raises_its_alert_and_is_known_again()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        // No compression makes it short.
        var words = string.Concat(Enumerable.Range(0, 400).Select(n => Convert.ToHexString(SHA256.HashData([(byte)n, (byte)(n >> 8)]))));
        var told = Ward.Potassium("words") with { Value = null, Unit = null, ValueText = words, Code = null, TestName = words };

        await ward.Tell(told);
        await ward.Tell(told with { Resource = "Observation/twin/_history/1", ObservationId = "twin" });

        var alert = await ward.TheAlert(team.Ordering, each => each.GetProperty("timeline").GetArrayLength() == 3);
        Assert.Equal(team.Ordering.User, Owner(alert));
        Assert.Empty((await ward.Log()).Where(each => each.Type == "alert.raised").Skip(1));
    }

    [Fact]
    public async Task Who_may_answer_no_alert_owns_none_and_has_no_duty()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var desk = await ward.Has(Role.FrontDesk);
        await Away(ward, team.Ordering, delegateTo: desk);
        await Away(ward, team.Backup, delegateTo: desk);

        var duty = await ward.Send(
            team.Admin, "POST", "/api/on-call",
            new { duty = "operator", userId = desk.User, from = ward.Clock.GetUtcNow(), until = ward.Clock.GetUtcNow().AddDays(1) });
        await ward.Tell(Ward.Potassium());

        Assert.Equal((422, "cannot_have_duty"), (duty.Status, Text(duty.Body, "code")));
        Assert.Equal(team.Charge.User, Owner(await ward.TheAlert(team.Charge)));
        Assert.DoesNotContain(await ward.Log(), each => each.Audience?.Participants.Contains(desk.User) == true);
    }

    [Fact]
    public async Task The_same_value_told_again_is_suppressed_and_a_corrected_one_begins_anew()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));
        await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/acknowledge", new { });

        await ward.Tell(Ward.Potassium());
        await ward.Tell(Ward.Potassium("twin"));
        var same = await ward.TheAlert(team.Ordering, alert => alert.GetProperty("timeline").GetArrayLength() == 5);
        await ward.Tell(Ward.Potassium(value: 6.9m, version: 2));
        var anew = (await ward.AlertsWhen(team.Ordering, alerts => alerts.TrueForAll(alert => Text(alert, "state") == "raised")))
            .Single(alert => EscalationTests.Id(alert) == id);

        Assert.Equal((id, "acknowledged"), (EscalationTests.Id(same), Text(same, "state")));
        Assert.Equal("CRITICAL: Potassium = 6.9 mmol/L", Text(anew, "message"));
    }

    [Fact]
    public async Task The_same_value_of_a_day_without_a_time_may_be_another_sample()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium("morning", at: "2026-03-01"));
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));
        await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/resolve", new { action = "treated" });

        await ward.Tell(Ward.Potassium("evening", at: "2026-03-01"));

        var both = await ward.AlertsWhen(team.Ordering, alerts => alerts.Count == 2);
        Assert.Equal(["raised", "resolved"], both.Select(alert => Text(alert, "state")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_value_that_turns_out_to_be_another_patients_is_that_ones_alert_too()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        await ward.TheAlert(team.Ordering);

        await ward.Tell(Ward.Potassium(version: 2) with { PatientId = "p2", PatientName = "Other Patient" });

        var both = await ward.AlertsWhen(team.Ordering, alerts => alerts.Count == 2);
        Assert.Equal(["p1", "p2"], both.Select(alert => Text(alert, "patientId")).Order(StringComparer.Ordinal));
        Assert.All(both, alert => Assert.Equal("raised", Text(alert, "state")));
    }

    [Fact]
    public async Task A_value_that_became_critical_again_after_it_was_resolved_is_another_alert()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));
        await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/resolve", new { action = "treated" });

        await ward.Tell(Ward.Potassium());
        await ward.Tell(Ward.Potassium(version: 3));

        var both = await ward.AlertsWhen(team.Ordering, alerts => alerts.Count == 2);
        Assert.Equal(["raised", "resolved"], both.Select(alert => Text(alert, "state")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_an_ordering_provider_the_one_on_call_owns_it_then_the_charge_nurse_then_an_administrator()
    {
        await using var ward = await Ward.Open(engine);
        var admin = await ward.Has(Role.Admin);
        await ward.Tell(Ward.Potassium("a", 7.1m, provider: "unknown"));
        Assert.Equal(admin.User, Owner(await ward.TheAlert(admin)));

        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium("b", 7.2m, provider: null));
        Assert.Equal(team.Charge.User, await OwnerOf(ward, admin, "7.2"));

        await team.OnCall("provider", team.Backup);
        await ward.Tell(Ward.Potassium("c", 7.3m, provider: null));
        Assert.Equal(team.Backup.User, await OwnerOf(ward, admin, "7.3"));
    }

    [Fact]
    public async Task Who_is_away_is_stood_in_for_also_by_several_and_a_circle_is_passed_over()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Away(ward, team.Ordering, team.Backup);
        await Away(ward, team.Backup, team.Operator);
        await ward.Tell(Ward.Potassium("a", 7.1m));
        Assert.Equal(team.Operator.User, Owner(await ward.TheAlert(team.Admin)));

        await Away(ward, team.Operator, team.Ordering);
        await ward.Tell(Ward.Potassium("b", 7.2m));

        Assert.Equal(team.Charge.User, await OwnerOf(ward, team.Admin, "7.2"));
    }

    [Fact]
    public async Task An_alert_about_a_labelled_record_goes_to_somebody_who_may_see_it_and_is_shown_to_nobody_else()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var trusted = await ward.Has(Role.Provider, practitioner: "dr-9", labels: Sensitivity.Hiv);
        await team.OnCall("provider", trusted);
        var hiv = new NewEvent("", "", default)
        {
            Labels = Sensitivity.Hiv, Released = true, Draws = [new EventDraw("Observation", "o1") { Labels = Sensitivity.Hiv }],
        };

        await ward.Tell(Ward.Potassium(), like: hiv);

        Assert.Equal(trusted.User, Owner(await ward.TheAlert(trusted)));
        foreach (var other in new[] { team.Ordering, team.Charge, team.Admin }) Assert.Empty(await ward.Alerts(other));
    }

    [Fact]
    public async Task Where_nobody_may_see_it_an_administrator_owns_it_unseen_and_hands_it_on()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var hiv = new NewEvent("", "", default)
        {
            Labels = Sensitivity.Hiv, Released = true, Draws = [new EventDraw("Observation", "o1") { Labels = Sensitivity.Hiv }],
        };

        await ward.Tell(Ward.Potassium(), like: hiv);

        var alert = await ward.TheAlert(team.Admin);
        Assert.Equal(team.Admin.User, Owner(alert));
        Assert.DoesNotContain("Potassium", alert.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("p1", alert.GetRawText(), StringComparison.Ordinal);
        var told = (await ward.Log()).Single(each => each.Type == "notification.critical");
        Assert.DoesNotContain("Potassium", JsonElement.Parse(told.Body).GetRawText(), StringComparison.Ordinal);
        var path = $"/api/alerts/{EscalationTests.Id(alert)}";
        Assert.Equal(403, (await ward.Send(team.Admin, "POST", $"{path}/acknowledge", new { })).Status);
        var trusted = await ward.Has(Role.Provider, labels: Sensitivity.Hiv);
        await ward.Done(team.Admin, "POST", $"{path}/delegate", new { to = trusted.User });
        Assert.Contains("Potassium", (await ward.TheAlert(trusted)).GetRawText(), StringComparison.Ordinal);
    }

    private static Task<JsonElement> Away(Ward ward, Signed who, Signed delegateTo) => ward.Done(
        who, "PUT", "/api/on-call/out-of-office",
        new { from = ward.Clock.GetUtcNow().AddHours(-1), until = ward.Clock.GetUtcNow().AddDays(7), delegateTo = delegateTo.User });

    private static async Task<string> OwnerOf(Ward ward, Signed reader, string value)
    {
        bool IsOf(JsonElement alert) => Text(alert, "message").Contains(value, StringComparison.Ordinal);
        return Owner((await ward.AlertsWhen(reader, alerts => alerts.Exists(IsOf))).Single(IsOf));
    }

    private static string Owner(JsonElement alert) => Text(alert.GetProperty("owner"), "userId");

    private static string Text(JsonElement json, string name) => EscalationTests.Text(json, name);
}

public sealed class RaisingOnSqlite() : RaisingTests(Engine.Sqlite);

public sealed class RaisingOnPostgres() : RaisingTests(Engine.Postgres);

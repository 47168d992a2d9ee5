using System.Diagnostics.Metrics;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.BreakingGlass;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.BreakingGlass;

/// <summary>Opening one patient's labelled records in an emergency: for how long, for whom, told to whom, and reviewed by whom.</summary>
public abstract class BreakGlassTests(Engine engine)
{
    private const string Path = "/api/patients/p1/break-glass";
    private static readonly RowFacts Labelled = Row("p1", Sensitivity.Hiv | Sensitivity.Restricted);
    private static readonly object Emergency = new { reason = "Unconscious, no history", purpose = "ETREAT" };

    [Fact]
    public async Task A_session_reads_the_labelled_records_of_one_patient_for_an_hour_and_other_sessions_do_not()
    {
        await using var clinic = await Open();
        var (nurse, other) = (await clinic.Login("nurse@example.org"), await clinic.Login("nurse@example.org"));

        var broken = await Break(clinic, nurse);

        Assert.Equal((201, "p1", "ETREAT"), (broken.Status, Text(broken, "patientId"), Text(broken, "purpose")));
        var admission = await Admitted(clinic, nurse);
        Assert.True(admission.Reach.Covers(ResourceInteractions.Read, Labelled));
        Assert.False(admission.Reach.Covers(ResourceInteractions.Read, Row("p2", Sensitivity.Hiv)));
        Assert.False(admission.Reach.Covers(ResourceInteractions.Update, Labelled));
        Assert.False(admission.Reach.Covers(ResourceInteractions.Read, Labelled with { Type = "Claim" }));
        Assert.False(admission.Reach.Covers(ResourceInteractions.Read, Row("p1", Sensitivity.SubstanceUse | Sensitivity.Part2)));
        Assert.Equal(("ETREAT", broken.Json.GetProperty("endsAt").GetDateTimeOffset()), (admission.Caller.Purpose, admission.RightsUntil));
        Assert.False((await Admitted(clinic, other)).Reach.Covers(ResourceInteractions.Read, Labelled));
        Assert.Equal((409, "break_glass_open"), Facts(await Break(clinic, nurse)));
    }

    [Fact]
    public async Task Records_under_Part_2_are_opened_by_attesting_a_medical_emergency()
    {
        await using var clinic = await Open();
        var nurse = await clinic.Login("nurse@example.org");

        await Break(clinic, nurse, new { reason = "Overdose", purpose = "BTG", medicalEmergency = true });

        var reach = (await Admitted(clinic, nurse)).Reach;
        Assert.True(reach.Covers(ResourceInteractions.Read, Row("p1", Sensitivity.SubstanceUse | Sensitivity.Part2)));
        Assert.Equal("part2=true", (await Log(clinic)).Last().Detail?.Split(',')[^1]);
    }

    [Fact]
    public async Task It_ends_by_time_by_its_caller_and_with_its_session_and_each_end_is_in_the_audit()
    {
        await using var clinic = await Open();
        await Set(clinic, """{"minutes":10}""");
        var late = await clinic.Login("nurse@example.org");
        var early = await clinic.Login("nurse@example.org");
        var gone = await clinic.Login("nurse@example.org");
        foreach (var login in new[] { late, early, gone }) Assert.Equal(201, (await Break(clinic, login)).Status);

        Assert.Equal(204, (await clinic.Send(HttpMethod.Delete, Path, bearer: early.AccessToken)).Status);
        Assert.Equal((404, "break_glass_not_found"), Facts(await clinic.Send(HttpMethod.Delete, Path, bearer: early.AccessToken)));
        await clinic.Send(HttpMethod.Post, "/api/auth/logout", new { refreshToken = gone.RefreshToken }, gone.AccessToken);
        clinic.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.False((await Admitted(clinic, late)).Reach.Covers(ResourceInteractions.Read, Labelled));
        await clinic.Get<EndBreakGlass>().Look(default);

        Assert.False((await Admitted(clinic, early)).Reach.Covers(ResourceInteractions.Read, Labelled));
        var ends = (await Log(clinic)).Where(entry => Did(entry, AuditActions.EndBreakGlass)).ToList();
        Assert.Equal(["by=caller", "by=session-end", "by=time"], ends.Select(end => end.Detail!.Split(',')[1]));
        Assert.All(ends, end => Assert.Equal(("ETREAT", "Patient/p1"), (end.Purpose, end.On)));
    }

    [Fact]
    public async Task A_connection_that_came_back_with_the_new_rights_is_not_sent_away_by_the_watch_again()
    {
        await using var clinic = await Open();
        var nurse = await clinic.Login("nurse@example.org");
        var told = 0;
        clinic.Sessions.RightsChanged += (_, _) => told++;

        await Break(clinic, nurse);
        await clinic.Get<Identity.Sessions.SessionWatch>().Look(default);
        Assert.Equal(1, told);

        Assert.Equal(204, (await clinic.Send(HttpMethod.Delete, Path, bearer: nurse.AccessToken)).Status);
        await clinic.Get<Identity.Sessions.SessionWatch>().Look(default);
        Assert.Equal(2, told);
    }

    [Fact]
    public async Task Another_process_learns_of_it_from_the_watch_and_lets_live_connections_come_back()
    {
        await using var clinic = await Open();
        await using var second = await TestClinic.Open(engine, besides: clinic);
        var nurse = await clinic.Login("nurse@example.org");
        Assert.False((await Admitted(second, nurse)).Reach.Covers(ResourceInteractions.Read, Labelled));
        var told = 0;
        second.Sessions.RightsChanged += (_, _) => told++;

        await Break(clinic, nurse);
        var watch = second.Get<Identity.Sessions.SessionWatch>();
        await watch.Look(default);
        await watch.Look(default);

        Assert.True((await Admitted(second, nurse)).Reach.Covers(ResourceInteractions.Read, Labelled));
        Assert.Equal(1, told);
    }

    [Theory]
    [InlineData("""{"purpose":"ETREAT"}""", 400)]
    [InlineData("""{"reason":"  ","purpose":"ETREAT"}""", 400)]
    [InlineData("""{"reason":"r","purpose":"TREAT"}""", 400)]
    [InlineData("""{"reason":"r","purpose":"BTG","minutes":900}""", 400)]
    public async Task What_does_not_say_why_is_refused(string body, int status)
    {
        await using var clinic = await Open();

        Assert.Equal(status, (await Break(clinic, await clinic.Login("nurse@example.org"), JsonElement.Parse(body))).Status);
    }

    [Fact]
    public async Task It_takes_a_role_that_the_tenant_allows_a_patient_of_the_tenant_and_a_fresh_sign_in()
    {
        await using var clinic = await Open();
        var (nurse, lab) = (await clinic.Login("nurse@example.org"), await clinic.Login("lab@example.org"));

        Assert.Equal((403, "break_glass_not_allowed"), Facts(await Break(clinic, lab)));
        var elsewhere = await clinic.Send(HttpMethod.Post, "/api/patients/p9/break-glass", Emergency, nurse.AccessToken);
        Assert.Equal((404, "patient_not_found"), Facts(elsewhere));
        Assert.Equal(403, (await Break(clinic, await clinic.Login("boss@example.org"))).Status);
        Assert.Equal(
            ["break_glass_not_allowed", "patient_not_found"],
            (await Log(clinic)).Where(entry => entry.Action == AuditActions.BreakGlass).Select(entry => entry.Reason));
        await Set(clinic, """{"roles":["lab"]}""");
        Assert.Equal(201, (await Break(clinic, lab)).Status);
        Assert.Equal(403, (await Break(clinic, nurse)).Status);
        clinic.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal((401, "fresh_sign_in_required"), Facts(await Break(clinic, nurse)));
    }

    [Theory]
    [InlineData("""{"roles":["patient"]}""")]
    [InlineData("""{"minutes":241}""")]
    [InlineData("""{"minutes":0}""")]
    [InlineData("""{"officers":"boss"}""")]
    [InlineData("""{"hours":1}""")]
    public async Task A_setting_that_says_something_else_is_refused_and_allows_nothing(string setting)
    {
        await using var clinic = await Open();

        var refused = await clinic.Get<TenantSettings>().Set(
            TestClinic.North, BreakGlassPolicy.Setting, JsonElement.Parse(setting), default);

        Assert.Equal("invalid_break_glass", refused.Refusal?.Code);
        Assert.Empty(BreakGlassPolicy.Parse(JsonElement.Parse(setting)).Roles);
    }

    [Theory]
    [InlineData(60, true)]
    [InlineData(61, false)]
    [InlineData(240, false)]
    public async Task An_emergency_lasts_an_hour_at_most_also_where_a_setting_of_before_says_longer(int minutes, bool taken)
    {
        await using var clinic = await Open();
        var setting = JsonElement.Parse($$"""{"minutes":{{minutes}}}""");

        var set = await clinic.Get<TenantSettings>().Set(TestClinic.North, BreakGlassPolicy.Setting, setting, default);

        Assert.Equal(taken, !set.IsRefused);
        Assert.Equal(TimeSpan.FromMinutes(60), BreakGlassPolicy.Parse(setting).Length);
        Assert.NotEmpty(BreakGlassPolicy.Parse(setting).Roles);
    }

    [Fact]
    public async Task The_officers_whom_the_tenant_names_are_told_at_once_without_a_word_about_the_patient_and_else_the_administrators()
    {
        await using var clinic = await Open();
        await Break(clinic, await clinic.Login("nurse@example.org"));
        var mail = await clinic.Mails.Next("boss@example.org");
        await Set(clinic, """{"officers":["lab","nobody"]}""");

        await Break(clinic, await clinic.Login("nurse@example.org"));

        await clinic.Mails.Next("lab@example.org");
        Assert.Empty(clinic.Mails.Unread("boss@example.org"));
        Assert.DoesNotContain("p1", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("nurse", mail.TextBody, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Unconscious", mail.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_is_reviewed_once_by_name_and_by_somebody_else()
    {
        await using var clinic = await Open();
        await clinic.AddUser("second@example.org", Role.Admin, id: "second");
        var (nurse, boss) = (await clinic.Login("nurse@example.org"), await clinic.Login("boss@example.org"));
        var id = Text(await Break(clinic, nurse), "id");
        var review = new { verdict = "justified", note = "Resuscitation" };
        Assert.Equal((409, "break_glass_open"), Facts(await Review(clinic, boss, id, review)));
        await clinic.Send(HttpMethod.Delete, Path, bearer: nurse.AccessToken);

        var waiting = Assert.Single(Items(await clinic.Get("/api/admin/break-glass?state=open", boss.AccessToken)));
        Assert.Equal(
            ("nurse", "p1", "Unconscious, no history", "caller"),
            (Text(waiting, "userId"), Text(waiting, "patientId"), Text(waiting, "reason"), Text(waiting, "endedBy")));
        Assert.Equal(400, (await Review(clinic, boss, id, new { verdict = "fine", note = "n" })).Status);
        Assert.Equal(204, (await Review(clinic, boss, id, review)).Status);
        Assert.Equal((409, "already_reviewed"), Facts(await Review(clinic, boss, id, review)));
        Assert.Equal((404, "break_glass_not_found"), Facts(await Review(clinic, boss, "none", review)));
        Assert.Empty(Items(await clinic.Get("/api/admin/break-glass?state=open", boss.AccessToken)));
        var done = Assert.Single(Items(await clinic.Get("/api/admin/break-glass?state=reviewed", boss.AccessToken)));
        Assert.Equal(("boss", "justified", "Resuscitation"), (Text(done, "reviewedBy"), Text(done, "verdict"), Text(done, "note")));
        Assert.Equal(403, (await clinic.Get("/api/admin/break-glass", nurse.AccessToken)).Status);
        var entry = (await Log(clinic)).Single(each => Did(each, AuditActions.ReviewBreakGlass));
        Assert.Equal((new UserId("boss"), "User/nurse"), (entry.User, entry.On));
    }

    [Fact]
    public async Task What_no_one_has_reviewed_in_72_hours_is_counted()
    {
        await using var clinic = await Open();
        await Break(clinic, await clinic.Login("nurse@example.org"));
        var metrics = clinic.Get<BreakGlassMetrics>();

        clinic.Clock.Advance(TimeSpan.FromHours(71));
        await metrics.Look(default);
        Assert.Equal(0, Overdue(clinic));
        clinic.Clock.Advance(TimeSpan.FromHours(2));
        await metrics.Look(default);

        Assert.Equal(1, Overdue(clinic));
    }

    private static long Overdue(TestClinic clinic)
    {
        var told = -1L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "vagus.identity.break_glass.overdue" && instrument.Meter.Scope == clinic.Get<IMeterFactory>())
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => told = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return told;
    }

    private async Task<TestClinic> Open()
    {
        var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("nurse@example.org", Role.Nurse, id: "nurse");
        await clinic.AddUser("lab@example.org", Role.Lab, id: "lab");
        await clinic.AddUser("boss@example.org", Role.Admin, id: "boss");
        clinic.Patients.Add(TestClinic.North, "p1", labelled: true);
        clinic.Patients.Add(TestClinic.South, "p9");
        return clinic;
    }

    private static RowFacts Row(string patient, Sensitivity labels) =>
        new("Observation", [new PatientId(patient)], labels, Released: true, []);

    private static Task<Answer> Break(TestClinic clinic, Answer by, object? body = null) =>
        clinic.Send(HttpMethod.Post, Path, body ?? Emergency, by.AccessToken);

    private static Task<Answer> Review(TestClinic clinic, Answer by, string id, object body) =>
        clinic.Send(HttpMethod.Post, $"/api/admin/break-glass/{id}/review", body, by.AccessToken);

    private static async Task<Admission> Admitted(TestClinic clinic, Answer login) =>
        (await clinic.Sessions.AuthenticateToken(login.AccessToken, default)).Value;

    private static async Task Set(TestClinic clinic, string setting)
    {
        var settings = clinic.Get<TenantSettings>();
        var set = await settings.Set(TestClinic.North, BreakGlassPolicy.Setting, JsonElement.Parse(setting), default);
        Assert.False(set.IsRefused);
    }

    private static bool Did(AuditEntry entry, string action) => entry.Action == action && entry.Outcome == AuditOutcome.Success;

    private static (int Status, string Code) Facts(Answer answer) => (answer.Status, answer.Code);

    private static string Text(Answer answer, string name) => Text(answer.Json, name);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static IEnumerable<JsonElement> Items(Answer answer) => answer.Json.GetProperty("items").EnumerateArray();

    private static async Task<List<AuditEntry>> Log(TestClinic clinic)
    {
        var page = await clinic.Get<AuditReader>().Search(TestClinic.North, new AuditFilter(), before: null, count: 1000, default);
        return [.. page.Entries.Select(recorded => recorded.Entry).Reverse()];
    }
}

public sealed class BreakGlassOnSqlite() : BreakGlassTests(Engine.Sqlite);

public sealed class BreakGlassOnPostgres() : BreakGlassTests(Engine.Postgres);

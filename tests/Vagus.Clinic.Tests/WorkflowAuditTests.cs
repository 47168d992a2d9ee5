using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>
/// What each write of the workflow leaves in the audit: one entry for each record that it writes, which names who wrote, what was done and
/// the record with its version.
/// </summary>
public abstract class WorkflowAuditTests(House house)
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Appointments()
    {
        var (clinic, _) = await Opened();
        var desk = await clinic.Has(Role.FrontDesk);
        const string door = "/api/appointments";

        var made = await Leaves(
            clinic, desk, () => desk.Post(door, new { patientId = "p-1", providerId = "dr-1", start = Start }), "create Appointment");
        await Leaves(
            clinic, desk, () => desk.Post($"{door}/{made.Id}/reschedule", new { start = Start.AddHours(2) }), "update Appointment");
        await Leaves(clinic, desk, () => desk.Post($"{door}/{made.Id}/status", new { status = "cancelled" }), "update Appointment");
    }

    [Fact]
    public async Task Patients()
    {
        var (clinic, _) = await Opened();
        var desk = await clinic.Has(Role.FrontDesk);
        const string door = "/api/patients";
        var person = new { firstName = "Ada", lastName = "Silva", birthDate = "1991-05-06", sex = "female" };

        var made = await Leaves(clinic, desk, () => desk.Post(door, person), "create Patient");
        await Leaves(clinic, desk, () => desk.Put($"{door}/{made.Id}", new { phone = "+1 555 0100" }), "update Patient");
        await Leaves(
            clinic, desk,
            () => desk.Post(
                $"{door}/{made.Id}/insurance-verification", new { payer = "Northwind Health", memberId = "m-1", verified = true }),
            "create Coverage", "create CoverageEligibilityRequest", "create CoverageEligibilityResponse");
    }

    [Fact]
    public async Task Encounters()
    {
        var (clinic, provider) = await Opened();
        const string door = "/api/encounters";

        var made = await Leaves(
            clinic, provider, () => provider.Post(door, new { patientId = "p-1", providerId = "dr-1" }), "create Encounter");
        var visit = $"{door}/{made.Id}";
        await Leaves(clinic, provider, () => provider.Post($"{visit}/vitals", new { heartRate = 71 }), "create Observation");
        await Leaves(
            clinic, provider, () => provider.Put(visit, new { note = "Well.", diagnoses = new[] { new { display = "Cough" } } }),
            "create Condition", "create DocumentReference", "update Encounter");
        await Leaves(clinic, provider, () => provider.Post($"{visit}/complete"), "update Encounter");
        await Leaves(clinic, provider, () => provider.Post($"{visit}/sign"), "create Provenance", "update DocumentReference");
        await Leaves(
            clinic, provider, () => provider.Post($"{visit}/addenda", new { text = "Called back." }),
            "create DocumentReference", "create Provenance");
    }

    [Fact]
    public async Task Biopsies()
    {
        var (clinic, provider) = await Opened();
        var lab = await clinic.Has(Role.Lab);
        const string door = "/api/biopsies";

        var made = await Leaves(clinic, provider, () => provider.Post(door, BiopsyTests.Biopsy()), "create ServiceRequest");
        var biopsy = $"{door}/{made.Id}";
        await Leaves(
            clinic, provider, () => provider.Put(biopsy, new { specimen = "Punch" }), "create Specimen", "update ServiceRequest");
        await Leaves(
            clinic, provider, () => provider.Put(biopsy, new { status = "sent" }), "update ServiceRequest", "update Specimen");
        await Leaves(
            clinic, lab, () => lab.Post($"{biopsy}/result", BiopsyTests.Found()), "create DiagnosticReport", "update ServiceRequest");
        await Leaves(
            clinic, provider, () => provider.Post($"{biopsy}/review", new { decision = "Watch" }),
            "create Provenance", "update ServiceRequest");
    }

    [Fact]
    public async Task Billing()
    {
        var (clinic, _) = await Opened();
        var billing = await clinic.Has(Role.Billing);

        var made = await Leaves(clinic, billing, () => billing.Post("/api/claims", ClaimTests.Claim()), "create Claim");
        var claim = $"/api/claims/{made.Id}";
        await Leaves(clinic, billing, () => billing.Put(claim, new { payer = "Southwind Health" }), "update Claim");
        await Leaves(clinic, billing, () => billing.Post($"{claim}/submit"), "update Claim");
        await Leaves(
            clinic, billing, () => billing.Post($"{claim}/status", new { status = "accepted" }), "create ClaimResponse", "update Claim");
        await Leaves(
            clinic, billing, () => billing.Post("/api/payments", new { patientId = "p-1", amount = 20, method = "cash" }),
            "create PaymentNotice");
        var asked = await Leaves(
            clinic, billing,
            () => billing.Post(
                "/api/prior-auths", new { patientId = "p-1", providerId = "dr-1", service = "MRI", payer = "Northwind Health" }),
            "create Claim");
        var authorization = $"/api/prior-auths/{asked.Id}/status";
        await Leaves(clinic, billing, () => billing.Post(authorization, new { status = "pending" }), "update Claim");
        await Leaves(
            clinic, billing, () => billing.Post(authorization, new { status = "approved", number = "A-1" }),
            "create ClaimResponse", "update Claim");
    }

    [Fact]
    public async Task A_change_that_is_refused_leaves_one_entry_that_says_so()
    {
        var (clinic, provider) = await Opened();
        var made = (await provider.Post("/api/encounters", new { patientId = "p-1", providerId = "dr-1" })).Is(201);
        var before = await Size(clinic);

        (await provider.Post($"/api/encounters/{made.Id}/sign")).IsRefused(409, "invalid_transition");

        // The tenant's first signature makes its key, which is the server's own entry.
        var entry = Assert.Single(await Since(clinic, before), each => each.User is not null);
        Assert.Equal(
            (await UserOf(provider), AuditActions.Update, "invalid_transition", AuditOutcome.MinorFailure),
            (entry.User?.Value, entry.Action, entry.Reason, entry.Outcome));
    }

    private static async Task<Answer> Leaves(Clinic clinic, Person by, Func<Task<Answer>> write, params string[] entries)
    {
        var user = await UserOf(by);
        var before = await Size(clinic);

        var answer = await write();

        Assert.True(answer.Status is 200 or 201, answer.Text);
        var written = (await Since(clinic, before)).Where(each => each.Action is AuditActions.Create or AuditActions.Update).ToList();
        Assert.Equal(entries, written.Select(each => $"{each.Action} {each.On?.Split('/')[0]}").Order(StringComparer.Ordinal));
        Assert.All(written, each =>
        {
            Assert.Equal((user, (Role?)by.Role, AuditOutcome.Success), (each.User?.Value, each.Role, each.Outcome));
            Assert.Matches("^[A-Za-z]+/[^/]+/_history/[0-9]+$", each.On);
        });
        return answer;
    }

    private static async Task<string> UserOf(Person person) =>
        (await person.Get("/api/auth/me")).Is(200)["user"].GetProperty("id").GetString()!;

    private static async Task<long> Size(Clinic clinic) => (await Search(clinic, 1)).Size;

    private static async Task<List<AuditEntry>> Since(Clinic clinic, long size)
    {
        var page = await Search(clinic, 100);
        return [.. page.Entries.Take((int)(page.Size - size)).Select(recorded => recorded.Entry)];
    }

    private static async Task<AuditPage> Search(Clinic clinic, int count) => await clinic.House.Get<AuditReader>().Search(
        clinic.Tenant, new AuditFilter(), before: null, count, CancellationToken.None);

    private async Task<(Clinic Clinic, Person Provider)> Opened()
    {
        var clinic = await house.NewClinic();
        return (clinic, await clinic.HasProvider("dr-1", "p-1"));
    }
}

public sealed class WorkflowAuditOnSqlite(SqliteHouse house) : WorkflowAuditTests(house);

public sealed class WorkflowAuditOnPostgres(PostgresHouse house) : WorkflowAuditTests(house);

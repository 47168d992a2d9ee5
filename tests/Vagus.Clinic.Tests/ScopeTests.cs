using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>Tokens with SMART scopes at the workflow doors: what a scope lets through at <c>/fhir</c> it lets through here.</summary>
public abstract class ScopeTests(House house)
{
    private const string Booking = """{"patientId":"p-1","providerId":"dr-1","start":"2026-11-26T09:00:00Z"}""";

    [Fact]
    public async Task A_token_lists_what_its_scopes_read_and_nothing_else()
    {
        var (clinic, admin) = await Opened();
        var booked = (await admin.Post("/api/appointments", Booking)).Is(201);
        var claim = (await admin.Post("/api/claims", Claim)).Is(201);
        var appointments = await clinic.HasApp(Role.Admin, "user/Appointment.rs");
        var claims = await clinic.HasApp(Role.Admin, "user/Claim.rs user/ClaimResponse.rs user/PaymentNotice.rs");

        var listed = (await appointments.Get("/api/appointments")).Is(200)["items"][0];
        Assert.Equal(booked.Id, listed.GetProperty("id").GetString());
        Assert.False(listed.TryGetProperty("patientName", out _));
        (await appointments.Get($"/api/appointments/{booked.Id}")).Is(200);
        Assert.Equal(claim.Id, (await claims.Get("/api/claims")).Is(200)["items"][0].GetProperty("id").GetString());

        foreach (var path in new[] { "/api/claims", $"/api/claims/{claim.Id}", "/api/prior-auths" })
            (await appointments.Get(path)).IsRefused(403, "insufficient_scope");
        foreach (var path in new[] { "/api/patients", "/api/encounters", "/api/payments", "/api/biopsies" })
            (await appointments.Get(path)).Is(403);
        foreach (var path in new[] { "/api/appointments", $"/api/appointments/{booked.Id}", "/api/patients/p-1" })
            (await claims.Get(path)).Is(403);
    }

    [Fact]
    public async Task A_token_writes_what_its_scopes_write_and_leaves_the_rest_as_it_is()
    {
        var (clinic, admin) = await Opened();
        var booked = (await admin.Post("/api/appointments", Booking)).Is(201);
        var reading = await clinic.HasApp(Role.FrontDesk, "user/Appointment.rs user/Patient.rs user/Practitioner.rs");
        var writing = await clinic.HasApp(Role.FrontDesk, "user/Appointment.cruds user/Patient.rs user/Practitioner.rs");
        var half = await clinic.HasApp(Role.Billing, "user/Claim.cruds user/Patient.rs");

        (await reading.Post($"/api/appointments/{booked.Id}/status", """{"status":"arrived"}""")).Is(403);
        (await writing.Post($"/api/appointments/{booked.Id}/status", """{"status":"arrived"}""")).Is(200);
        (await half.Post("/api/claims", Claim)).IsRefused(403, "insufficient_scope");

        Assert.Equal("arrived", (await admin.Get($"/api/appointments/{booked.Id}")).Is(200)["status"].GetString());
        Assert.Empty((await admin.Get("/api/claims")).Is(200)["items"].EnumerateArray());
    }

    [Fact]
    public async Task A_role_is_the_limit_of_a_token_and_a_patient_in_context_the_limit_of_its_scopes()
    {
        var (clinic, admin) = await Opened();
        (await admin.Post("/api/appointments", Booking)).Is(201);
        var nurse = await clinic.HasApp(Role.Nurse, "user/*.cruds");
        var own = await clinic.HasApp(Role.Provider, "patient/Appointment.rs", patient: "p-1");
        var other = await clinic.HasApp(Role.Provider, "patient/Appointment.rs", patient: "p-2");
        var patient = await clinic.HasApp(Role.Patient, "patient/*.rs", patient: "p-2");

        (await nurse.Get("/api/claims")).IsRefused(403, "forbidden");
        Assert.Single((await own.Get("/api/appointments")).Is(200)["items"].EnumerateArray());
        Assert.Empty((await other.Get("/api/appointments")).Is(200)["items"].EnumerateArray());
        Assert.Empty((await patient.Get("/api/appointments")).Is(200)["items"].EnumerateArray());
    }

    [Fact]
    public async Task A_note_that_the_scopes_hide_is_not_written_twice()
    {
        var (clinic, _) = await Opened();
        var provider = await clinic.Has(Role.Provider, practitioner: "dr-1");
        var visit = (await provider.Post("/api/encounters", """{"patientId":"p-1","providerId":"dr-1"}""")).Is(201);
        (await provider.Put($"/api/encounters/{visit.Id}", new { note = "Well." })).Is(200);
        var app = await clinic.HasApp(Role.Provider, "user/Encounter.cruds user/DocumentReference.c", practitioner: "dr-1");

        (await app.Put($"/api/encounters/{visit.Id}", new { note = "Better." })).IsRefused(403, "insufficient_scope");
        (await app.Get($"/api/encounters/{visit.Id}")).Is(200);
        (await app.Post($"/api/encounters/{visit.Id}/sign")).IsRefused(403, "insufficient_scope");

        Assert.Equal(1, (await provider.Get($"/fhir/DocumentReference?encounter=Encounter/{visit.Id}")).Is(200)["total"].GetInt32());
    }

    [Fact]
    public async Task Doors_that_know_no_scopes_stay_closed()
    {
        var (clinic, _) = await Opened();
        var app = await clinic.HasApp(Role.Provider, "user/*.cruds");

        foreach (var path in new[] { "/api/auth/me", "/api/alerts", "/api/aggregate/patients/p-1", "/api/signing-keys" })
            (await app.Get(path)).IsRefused(403, "insufficient_scope");
    }

    private static object Claim => new
    {
        patientId = "p-1", payer = "Northwind Health", lines = new[] { new { code = "99213", amount = 100m } },
    };

    private async Task<(Clinic Clinic, Person Admin)> Opened()
    {
        var clinic = await house.NewClinic();
        await clinic.HasProvider("dr-1", "p-1", "p-2");
        return (clinic, await clinic.Has(Role.Admin));
    }
}

public sealed class ScopeTestsOnSqlite(SqliteHouse house) : ScopeTests(house);

public sealed class ScopeTestsOnPostgres(PostgresHouse house) : ScopeTests(house);

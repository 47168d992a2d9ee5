using System.Globalization;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Clinic.Tests;

public abstract class AppointmentTests(House house)
{
    private const string Door = "/api/appointments";

    [Fact]
    public async Task A_booking_writes_an_Appointment_and_its_event_has_the_fields_of_the_contract()
    {
        var (clinic, desk) = await Opened();

        var made = (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", location: "Room 3"))).Is(201);

        Assert.Equal("booked", made["status"].GetString());
        Assert.Equal("Maya Okafor", made["providerName"].GetString());
        Assert.Equal("p-1 Doe", made["patientName"].GetString());
        Assert.Equal("booked", (await desk.Get($"/fhir/Appointment/{made.Id}")).Is(200)["status"].GetString());
        var (type, data) = Assert.Single(await clinic.Events("appointment.*"));
        Assert.Equal("appointment.created", type);
        foreach (var name in (string[])["id", "patientId", "patientName", "providerId", "providerName", "scheduledStart", "scheduledEnd",
            "status", "appointmentType", "location"])
        {
            Assert.Equal(made[name].ToString(), data.GetProperty(name).ToString());
        }

        Assert.Equal(made.Text, (await desk.Get($"{Door}/{made.Id}")).Is(200).Text);
    }

    [Fact]
    public async Task A_time_that_is_taken_is_refused_with_what_takes_it_and_a_cancelled_one_is_free()
    {
        var (_, desk) = await Opened();
        var first = (await desk.Post(Door, Booking("2026-11-26T09:00:00Z"))).Is(201);

        var refused = (await desk.Post(Door, Booking("2026-11-26T09:15:00Z", patient: "p-2"))).IsRefused(409, "overlap");
        (await desk.Post(Door, Booking("2026-11-26T09:30:00Z", patient: "p-2"))).Is(201);
        (await desk.Post($"{Door}/{first.Id}/status", new { status = "cancelled", reason = "ill" })).Is(200);

        var conflict = Assert.Single(refused["conflicts"].EnumerateArray());
        Assert.Equal(first.Id, conflict.GetProperty("appointmentId").GetString());
        Assert.Equal("provider", conflict.GetProperty("with").GetString());
        Assert.Equal("2026-11-26", conflict.GetProperty("date").GetString());
        (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", patient: "p-2"))).Is(201);
        (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", allowOverlap: true))).Is(201);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:00Z")]
    [InlineData("9999-12-31T23:59")]
    [InlineData("0001-01-01T00:00")]
    public async Task A_time_at_the_ends_of_the_calendar_is_refused_by_its_field(string start)
    {
        var (_, desk) = await Opened();

        (await desk.Post(Door, Booking(start))).IsRefused(400, "invalid_field");

        foreach (var query in new[] { $"from={Uri.EscapeDataString(start)}", $"to={Uri.EscapeDataString(start[..10])}", $"date={start[..10]}" })
            (await desk.Get($"{Door}?{query}")).IsRefused(400, "invalid_field");
    }

    [Theory]
    [InlineData("room-3", "Room 3")]
    [InlineData("Closet", "closet")]
    public async Task A_room_is_taken_for_all_providers(string booked, string asked)
    {
        var (clinic, desk) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        (await admin.Put("/fhir/Location/room-3", new { resourceType = "Location", id = "room-3", name = "Room 3" })).Is(201);
        await clinic.HasProvider("dr-2");
        (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", location: booked))).Is(201);

        var refused = (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", patient: "p-2", provider: "dr-2", location: asked)))
            .IsRefused(409, "overlap");

        Assert.Equal("location", refused["conflicts"][0].GetProperty("with").GetString());
        (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", patient: "p-2", provider: "dr-2", location: "Room 4"))).Is(201);
    }

    [Fact]
    public async Task The_clinics_time_zone_is_told_with_the_account()
    {
        var (clinic, desk) = await Opened();

        var before = (await desk.Get("/api/auth/me")).Is(200)["timeZone"].GetString();
        await clinic.Sets("time-zone", "America/New_York");

        Assert.Equal(("UTC", "America/New_York"), (before, (await desk.Get("/api/auth/me")).Is(200)["timeZone"].GetString()));
    }

    [Fact]
    public async Task A_provider_who_is_booked_by_a_role_is_taken()
    {
        var (clinic, desk) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        await clinic.HasProvider("dr-2");
        foreach (var (role, practitioner) in new[] { ("skin", "dr-1"), ("surgery", "dr-1"), ("other", "dr-2") })
        {
            (await admin.Put($"/fhir/PractitionerRole/{role}", new
            {
                resourceType = "PractitionerRole", id = role, practitioner = new { reference = $"Practitioner/{practitioner}" },
            })).Is(201);
        }

        await Booked("by-role", "09:00", "PractitionerRole/skin");
        await Booked("of-another", "10:00", "PractitionerRole/other");

        var refused = (await desk.Post(Door, Booking("2026-11-26T09:15:00Z"))).IsRefused(409, "overlap");
        var conflict = Assert.Single(refused["conflicts"].EnumerateArray());
        Assert.Equal(("provider", "by-role"), (
            conflict.GetProperty("with").GetString(), conflict.GetProperty("appointmentId").GetString()));
        (await desk.Post(Door, Booking("2026-11-26T10:00:00Z"))).Is(201);
        (await desk.Post(Door, Booking("2026-11-26T11:00:00Z", patient: "p-2"))).Is(201);
        await Booked("moved", "12:00", "PractitionerRole/surgery");
        (await desk.Post($"{Door}/moved/reschedule", new { start = "2026-11-26T11:00:00Z" })).IsRefused(409, "overlap");
        (await desk.Post($"{Door}/moved/reschedule", new { start = "2026-11-26T13:00:00Z" })).Is(200);

        async Task Booked(string id, string at, string actor) => (await admin.Put($"/fhir/Appointment/{id}", new
        {
            resourceType = "Appointment", id, status = "booked", start = $"2026-11-26T{at}:00Z",
            end = DateTimeOffset.Parse($"2026-11-26T{at}:00Z", CultureInfo.InvariantCulture).AddMinutes(30),
            participant = new[]
            {
                new { actor = new { reference = "Patient/p-1" }, status = "accepted" },
                new { actor = new { reference = actor }, status = "accepted" },
            },
        })).Is(201);
    }

    [Fact]
    public async Task Of_bookings_at_once_one_wins()
    {
        var (clinic, desk) = await Opened();
        var nurse = await clinic.Has(Role.Nurse);

        for (var round = 0; round < 5; round++)
        {
            var at = $"2026-11-2{round}T09:00:00Z";
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
                number => (number % 2 == 0 ? desk : nurse).Post(Door, Booking(at, patient: $"p-{1 + (number % 2)}"))));

            Assert.Equal(1, answers.Count(answer => answer.Status == 201));
            Assert.Equal(7, answers.Count(answer => answer.Status == 409));
        }
    }

    [Fact]
    public async Task An_appointment_is_moved_with_its_length_and_its_former_time_is_free()
    {
        var (clinic, desk) = await Opened();
        var made = (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", minutes: 45))).Is(201);
        var other = (await desk.Post(Door, Booking("2026-11-26T11:00:00Z", patient: "p-2"))).Is(201);

        (await desk.Post($"{Door}/{made.Id}/reschedule", new { start = "2026-11-26T10:30:00Z" })).IsRefused(409, "overlap");
        var moved = (await desk.Post($"{Door}/{made.Id}/reschedule", new { start = "2026-11-26T09:30:00Z", version = 1 })).Is(200);

        Assert.Equal("2026-11-26T10:15:00+00:00", moved["scheduledEnd"].GetString());
        Assert.Equal(2, moved.Version);
        (await desk.Post(Door, Booking("2026-11-26T09:00:00Z"))).Is(201);
        var late = (await desk.Post($"{Door}/{made.Id}/reschedule", new { start = "2026-11-26T14:00:00Z", version = 1 }))
            .IsRefused(409, "stale_version");
        Assert.Contains("start", late["changed"].EnumerateArray().Select(each => each.GetString()));
        await clinic.HasProvider("dr-2");
        (await desk.Post($"{Door}/{other.Id}/reschedule", new { start = "2026-11-26T11:00:00Z", providerId = "dr-2" })).Is(200);
        Assert.Contains("appointment.updated", (await clinic.Events("appointment.*")).Select(each => each.Type));
    }

    [Fact]
    public async Task A_visit_goes_through_its_states_and_each_transition_is_told_once()
    {
        var (clinic, desk) = await Opened();
        var made = (await desk.Post(Door, Booking("2026-11-26T09:00:00Z"))).Is(201);

        foreach (var status in (string[])["arrived", "checked-in", "checked_in", "in_progress", "completed"])
        {
            var answer = (await desk.Post($"{Door}/{made.Id}/status", new { status })).Is(200);
            Assert.Equal(status.Replace('-', '_'), answer["status"].GetString());
        }

        Assert.Equal(
            ["appointment.created", "appointment.checkedin", "appointment.updated", "appointment.updated", "appointment.updated"],
            (await clinic.Events("appointment.*")).Select(each => each.Type));
        var refused = (await desk.Post($"{Door}/{made.Id}/status", new { status = "cancelled" })).IsRefused(409, "invalid_transition");
        Assert.Equal(0, refused["allowed"].GetArrayLength());
        var second = (await desk.Post(Door, Booking("2026-11-27T09:00:00Z"))).Is(201);
        refused = (await desk.Post($"{Door}/{second.Id}/status", new { status = "completed" })).IsRefused(409, "invalid_transition");
        Assert.Equal(
            ["arrived", "checked_in", "in_progress", "cancelled", "no_show"],
            refused["allowed"].EnumerateArray().Select(each => each.GetString()));
    }

    [Fact]
    public async Task A_missed_appointment_comes_back_only_while_its_time_is_free()
    {
        var (_, desk) = await Opened();
        var missed = (await desk.Post(Door, Booking("2026-11-26T09:00:00Z"))).Is(201);
        (await desk.Post($"{Door}/{missed.Id}/status", new { status = "noshow" })).Is(200);
        (await desk.Post($"{Door}/{missed.Id}/status", new { status = "booked" })).Is(200);
        (await desk.Post($"{Door}/{missed.Id}/status", new { status = "no_show", reason = "no call" })).Is(200);

        (await desk.Post(Door, Booking("2026-11-26T09:00:00Z", patient: "p-2"))).Is(201);

        (await desk.Post($"{Door}/{missed.Id}/status", new { status = "booked" })).IsRefused(409, "overlap");
    }

    [Fact]
    public async Task Appointments_are_listed_by_day_provider_patient_and_status()
    {
        var (clinic, desk) = await Opened();
        await clinic.Sets("time-zone", "Europe/Zurich");
        await clinic.HasProvider("dr-2");
        var late = (await desk.Post(Door, Booking("2026-11-26T23:30", patient: "p-2"))).Is(201).Id;
        var early = (await desk.Post(Door, Booking("2026-11-26T00:00"))).Is(201).Id;
        var next = (await desk.Post(Door, Booking("2026-11-27T00:00", provider: "dr-2"))).Is(201).Id;
        (await desk.Post($"{Door}/{next}/status", new { status = "arrived" })).Is(200);
        (await desk.Post($"{Door}/{next}/status", new { status = "in_progress" })).Is(200);

        Assert.Equal([early, late], await Listed("?date=2026-11-26"));
        Assert.Equal([late, next], await Listed("?from=2026-11-26T12:00&to=2026-11-27"));
        Assert.Equal([next], await Listed("?providerId=dr-2"));
        Assert.Equal([late], await Listed("?patientId=p-2"));
        Assert.Equal([next], await Listed("?status=in_progress"));
        Assert.Equal([], await Listed("?status=checked_in"));
        Assert.Equal([early, late], await Listed("?status=booked"));
        (await desk.Get($"{Door}?status=x")).IsRefused(400, "invalid_field");

        async Task<IEnumerable<string?>> Listed(string query) => [.. (await desk.Get($"{Door}{query}")).Is(200)["items"]
            .EnumerateArray().Select(each => each.GetProperty("id").GetString())];
    }

    [Fact]
    public async Task A_patient_sees_its_own_appointments_and_changes_none_and_a_stranger_sees_none()
    {
        var (clinic, desk) = await Opened();
        var other = await house.NewClinic();
        await other.HasProvider("dr-1", "p-1");
        var (own, others) = ((await desk.Post(Door, Booking("2026-11-26T09:00:00Z"))).Is(201).Id,
            (await desk.Post(Door, Booking("2026-11-26T10:00:00Z", patient: "p-2"))).Is(201).Id);
        var (patient, stranger) = (await clinic.Has(Role.Patient, patient: "p-1"), await other.Has(Role.FrontDesk));
        var strange = (await stranger.Post(Door, Booking("2026-11-26T09:00:00Z"))).Is(201).Id;

        (await patient.Get($"{Door}/{own}")).Is(200);
        (await patient.Get($"{Door}/{others}")).IsRefused(404, "not_found");
        Assert.Equal([own], (await patient.Get(Door)).Is(200)["items"].EnumerateArray().Select(each => each.GetProperty("id").GetString()));
        Assert.Equal(0, (await patient.Get($"{Door}?patientId=p-2")).Is(200)["items"].GetArrayLength());
        (await patient.Post($"{Door}/{own}/status", new { status = "cancelled" })).Is(403);
        (await patient.Post(Door, Booking("2026-11-28T09:00:00Z"))).Is(403);
        foreach (var (who, id) in new[] { (stranger, own), (desk, strange) })
        {
            (await who.Get($"{Door}/{id}")).IsRefused(404, "not_found");
            (await who.Post($"{Door}/{id}/status", new { status = "cancelled" })).IsRefused(404, "not_found");
            (await who.Post($"{Door}/{id}/reschedule", new { start = "2026-11-28T09:00:00Z" })).IsRefused(404, "not_found");
        }

        (await stranger.Post(Door, Booking("2026-11-27T09:00:00Z", patient: "p-2"))).IsRefused(422, "unknown_patient");
        (await desk.Post(Door, Booking("2026-11-27T09:00:00Z", provider: "dr-7"))).IsRefused(422, "unknown_provider");
        (await (await clinic.Has(Role.Lab)).Get(Door)).Is(403);
    }

    [Fact]
    public async Task What_hides_in_the_way_is_told_by_its_time_alone()
    {
        var (clinic, desk) = await Opened();
        var admin = await clinic.Has(Role.Admin);
        var hidden = (await admin.Post("/fhir/Appointment", new
        {
            resourceType = "Appointment", status = "booked", start = "2026-11-26T09:00:00Z", end = "2026-11-26T10:00:00Z",
            meta = new { security = new[] { new { system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code = "R" } } },
            participant = new[]
            {
                new { actor = new { reference = "Patient/p-2" }, status = "accepted" },
                new { actor = new { reference = "Practitioner/dr-1" }, status = "accepted" },
            },
        })).Is(201).Id;

        var refused = (await desk.Post(Door, Booking("2026-11-26T09:30:00Z"))).IsRefused(409, "overlap");

        Assert.Equal("2026-11-26T10:00:00+00:00", refused["conflicts"][0].GetProperty("takenUntil").GetString());
        Assert.DoesNotContain(hidden, refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_booked_at_fhir_before_the_index_was_made_is_in_the_way()
    {
        var (clinic, desk) = await Opened();
        await AtFhir(clinic, "2026-11-26T09:00:00Z", "2026-11-26T10:00:00Z");
        await Forget(clinic);

        (await desk.Post(Door, Booking("2026-11-26T09:30:00Z"))).IsRefused(409, "overlap");

        (await desk.Post(Door, Booking("2026-11-26T10:00:00Z"))).Is(201);
    }

    [Fact]
    public async Task An_absence_of_weeks_takes_all_of_its_time_and_one_that_is_deleted_none()
    {
        var (clinic, desk) = await Opened();
        var absence = await AtFhir(clinic, "2026-07-01T00:00:00Z", "2026-08-15T00:00:00Z");

        (await desk.Post(Door, Booking("2026-07-01T00:00:00Z"))).IsRefused(409, "overlap");
        (await desk.Post(Door, Booking("2026-07-29T09:00:00Z"))).IsRefused(409, "overlap");
        (await desk.Post(Door, Booking("2026-08-14T23:45:00Z"))).IsRefused(409, "overlap");
        (await desk.Post(Door, Booking("2026-08-15T00:00:00Z"))).Is(201);
        (await (await clinic.Has(Role.Admin)).Delete($"/fhir/Appointment/{absence}")).Is(204);

        (await desk.Post(Door, Booking("2026-07-29T09:00:00Z"))).Is(201);
    }

    private static async Task<string> AtFhir(Clinic clinic, string start, string end)
    {
        var admin = await clinic.Has(Role.Admin);
        return (await admin.Post("/fhir/Appointment", new
        {
            resourceType = "Appointment", status = "booked", start, end,
            participant = new[] { new { actor = new { reference = "Practitioner/dr-1" }, status = "accepted" } },
        })).Is(201).Id;
    }

    /// <summary>As in a database of before the index.</summary>
    private async Task Forget(Clinic clinic)
    {
        foreach (var table in (string[])["clinic_occupied", "clinic_schedule"])
        {
            var all = new Statement($"delete from {table} where tenant_id = @tenant_id");
            await house.Get<GroupCommit>().Write<int>(
                clinic.Tenant, async (write, cancel) => await write.Execute(all, [clinic.Tenant.Value], cancel), CancellationToken.None);
        }
    }

    private async Task<(Clinic Clinic, Person Desk)> Opened()
    {
        var clinic = await house.NewClinic();
        await clinic.HasProvider("dr-1", "p-1", "p-2");
        return (clinic, await clinic.Has(Role.FrontDesk));
    }

    private static Dictionary<string, object> Booking(
        string start, string patient = "p-1", string provider = "dr-1", string? location = null, int? minutes = null,
        bool allowOverlap = false)
    {
        var booking = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["patientId"] = patient, ["providerId"] = provider, ["start"] = start, ["type"] = "Follow-up",
        };
        if (location is not null) booking["location"] = location;
        if (minutes is { } length) booking["durationMinutes"] = length;
        if (allowOverlap) booking["allowOverlap"] = true;
        return booking;
    }
}

public sealed class AppointmentTestsOnSqlite(SqliteHouse house) : AppointmentTests(house);

public sealed class AppointmentTestsOnPostgres(PostgresHouse house) : AppointmentTests(house);

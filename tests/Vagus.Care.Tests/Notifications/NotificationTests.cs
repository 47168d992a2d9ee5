using System.Text.Json;
using Vagus.Care.Tests.Alerts;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Notifications;

/// <summary>Who is told of what, and that seen is not read.</summary>
public abstract class NotificationTests(Engine engine)
{
    private static readonly LabResultAvailable Lab = new(
        "p1", "DiagnosticReport/r1/_history/1", "r1", "final", true, "Potassium", OrderingProviderId: "dr-7");

    [Fact]
    public async Task A_result_is_told_to_the_ordering_provider_in_the_shape_of_the_contract()
    {
        await using var ward = await Ward.Open(engine);
        var (ordering, other) = (await ward.Has(Role.Provider, practitioner: "dr-7"), await ward.Has(Role.Provider));

        await ward.Tell(Lab);

        var told = await Told(ward, ordering, 1);
        var item = told.GetProperty("items")[0];
        Assert.Equal(
            ("lab_result_available", "normal", "Lab Results Available", "p1", "r1"),
            (Text(item, "type"), Text(item, "priority"), Text(item, "title"), Text(item, "patientId"), Text(item, "reportId")));
        Assert.Equal("""{"type":"view_lab_result","url":"/patients/p1/labs/r1"}""", item.GetProperty("action").GetRawText());
        Assert.Empty((await ward.Done(other, "GET", "/api/notifications")).GetProperty("items").EnumerateArray());
        var sent = Assert.Single(await ward.Log(), each => each.Type == "notification.sent");
        Assert.Equal([ordering.User], sent.Audience!.Participants);
    }

    [Fact]
    public async Task A_client_of_before_that_subscribes_to_nothing_is_told_and_nobody_else()
    {
        await using var ward = await Ward.Open(engine);
        var (ordering, other) = (await ward.Has(Role.Provider, practitioner: "dr-7"), await ward.Has(Role.Provider));
        await using var socket = await AlertSocket.Open(ward, ordering);
        await using var colleague = await AlertSocket.Open(ward, other);

        await ward.Tell(Lab);

        var (_, told) = await socket.HearUpTo("notification");
        Assert.Equal(("lab_result_available", "p1"), (Text(told, "type"), Text(told, "patientId")));
        await ward.Tell(new AppointmentCreated("a-1", "Appointment/a-1/_history/1", "booked", "p1"));
        Assert.DoesNotContain("notification", (await colleague.HearUpTo("appointment:created")).Names);
    }

    [Fact]
    public async Task A_result_that_was_issued_long_ago_and_is_imported_is_told_to_nobody_until_it_is_amended()
    {
        await using var ward = await Ward.Open(engine);
        var ordering = await ward.Has(Role.Provider, practitioner: "dr-7");

        await ward.Tell(Lab with { ReportId = "old", Resource = "DiagnosticReport/old/_history/1", IssuedAt = "2019-05-01T10:00:00Z" });
        await ward.Tell(Lab with { Resource = "DiagnosticReport/r1/_history/2", IssuedAt = "2019-05-01T10:00:00Z" });

        var told = await Told(ward, ordering, 1);
        Assert.Equal("r1", Text(told.GetProperty("items")[0], "reportId"));
    }

    [Fact]
    public async Task A_biopsy_without_a_provider_is_told_to_the_charge_nurse_or_an_administrator()
    {
        await using var ward = await Ward.Open(engine);
        var (admin, nurse) = (await ward.Has(Role.Admin), await ward.Has(Role.Nurse));
        var biopsy = new BiopsyResultReceived("p1", "DiagnosticReport/b/_history/1", "sr-3", "b", true, "Biopsy of skin");

        await ward.Tell(biopsy);
        await Told(ward, admin, 1);
        await ward.Done(
            admin, "POST", "/api/on-call",
            new
            {
                duty = "charge_nurse", userId = nurse.User, from = ward.Clock.GetUtcNow().AddDays(-1), until = ward.Clock.GetUtcNow().AddDays(1),
            });
        await ward.Tell(biopsy with { Resource = "DiagnosticReport/c/_history/1", BiopsyId = "sr-4", ReportId = "c" });

        Assert.Equal("c", Text((await Told(ward, nurse, 1)).GetProperty("items")[0], "reportId"));
        Assert.Single((await ward.Done(admin, "GET", "/api/notifications")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Seen_is_not_read_and_the_server_counts_both()
    {
        await using var ward = await Ward.Open(engine);
        var (ordering, other) = (await ward.Has(Role.Provider, practitioner: "dr-7"), await ward.Has(Role.Provider));
        foreach (var number in Enumerable.Range(1, 3))
            await ward.Tell(Lab with { Resource = $"DiagnosticReport/r{number}/_history/1", ReportId = $"r{number}" });
        var first = await Told(ward, ordering, 3);
        Assert.Equal((3, 3), Counts(first));

        await ward.Done(ordering, "POST", "/api/notifications/seen");
        Assert.Equal((3, 0), Counts(await ward.Done(ordering, "GET", "/api/notifications")));
        var id = Text(first.GetProperty("items")[0], "id");
        Assert.Equal(404, (await ward.Send(other, "POST", $"/api/notifications/{id}/read")).Status);
        await ward.Done(ordering, "POST", $"/api/notifications/{id}/read");
        Assert.Equal((2, 0), Counts(await ward.Done(ordering, "GET", "/api/notifications")));
        Assert.Equal(2, (await ward.Done(ordering, "GET", "/api/notifications?unread=true")).GetProperty("items").GetArrayLength());
        await ward.Done(ordering, "POST", "/api/notifications/read-all");
        Assert.Equal((0, 0), Counts(await ward.Done(ordering, "GET", "/api/notifications")));
    }

    [Fact]
    public async Task What_is_told_after_the_screen_was_drawn_is_not_marked_with_what_was_on_it()
    {
        await using var ward = await Ward.Open(engine);
        var ordering = await ward.Has(Role.Provider, practitioner: "dr-7");
        foreach (var number in Enumerable.Range(1, 2))
            await ward.Tell(Lab with { Resource = $"DiagnosticReport/r{number}/_history/1", ReportId = $"r{number}" });
        var drawn = await Told(ward, ordering, 2);
        var through = drawn.GetProperty("items").EnumerateArray().Max(each => each.GetProperty("sequence").GetInt64());

        await ward.Tell(Lab with { Resource = "DiagnosticReport/r3/_history/1", ReportId = "r3" });
        await Told(ward, ordering, 3);
        await ward.Done(ordering, "POST", "/api/notifications/seen", new { through });
        var seen = await ward.Done(ordering, "GET", "/api/notifications");
        await ward.Done(ordering, "POST", "/api/notifications/read-all", new { through });
        var read = await ward.Done(ordering, "GET", "/api/notifications?unread=true");

        Assert.Equal((3, 1), Counts(seen));
        Assert.Equal((1, 1), Counts(read));
        Assert.Equal("r3", Text(Assert.Single(read.GetProperty("items").EnumerateArray()), "reportId"));
        foreach (var wrong in (object[])[new { through = "1" }, new { through = -1 }, new { upTo = 1 }])
            Assert.Equal(400, (await ward.Send(ordering, "POST", "/api/notifications/read-all", wrong)).Status);
        await ward.Done(ordering, "POST", "/api/notifications/read-all");
        Assert.Equal((0, 0), Counts(await ward.Done(ordering, "GET", "/api/notifications")));
    }

    [Fact]
    public async Task A_result_waits_for_its_review_until_it_is_reviewed_whatever_was_read()
    {
        await using var ward = await Ward.Open(engine);
        var (ordering, other) = (await ward.Has(Role.Provider, practitioner: "dr-7"), await ward.Has(Role.Provider));
        foreach (var number in Enumerable.Range(1, 2))
            await ward.Tell(Lab with { Resource = $"DiagnosticReport/r{number}/_history/1", ReportId = $"r{number}" });
        await ward.Tell(new BiopsyResultReceived(
            "p1", "DiagnosticReport/b/_history/1", "sr-3", "b", true, "Biopsy of skin", OrderingProviderId: "dr-7"));
        var items = (await Told(ward, ordering, 3)).GetProperty("items").EnumerateArray().ToDictionary(each => Text(each, "reportId"));

        await ward.Done(ordering, "POST", "/api/notifications/read-all");
        Assert.Equal(["b", "r1", "r2"], await ToReview(ward, ordering));
        Assert.Equal(404, (await ward.Send(other, "POST", $"/api/notifications/{Text(items["r1"], "id")}/review")).Status);
        foreach (var report in (string[])["r1", "b"])
            await ward.Done(ordering, "POST", $"/api/notifications/{Text(items[report], "id")}/review");

        Assert.Equal(["b", "r2"], await ToReview(ward, ordering));
        Assert.Empty(await ToReview(ward, other));
        await ward.Tell(new BiopsyReviewed("p1", "DiagnosticReport/b/_history/1", "sr-3"));
        await Until(async () => (await ToReview(ward, ordering)) is ["r2"]);
        Assert.Equal(400, (await ward.Send(ordering, "GET", "/api/notifications?toReview=yes")).Status);
    }

    [Fact]
    public async Task A_biopsy_that_is_not_concerning_is_tracked_until_it_was_reviewed()
    {
        await using var ward = await Ward.Open(engine);
        var ordering = await ward.Has(Role.Provider, practitioner: "dr-7");
        await ward.Tell(new BiopsyResultReceived(
            "p1", "DiagnosticReport/b/_history/1", "sr-3", "b", true, "Biopsy of skin", OrderingProviderId: "dr-7"));
        var told = (await Told(ward, ordering, 1)).GetProperty("items")[0];

        await ward.Tell(new BiopsyReviewed("p1", "DiagnosticReport/b/_history/1", "sr-3"));

        Assert.Equal(("high", true), (Text(told, "priority"), told.GetProperty("tracked").GetBoolean()));
        Assert.Equal(JsonValueKind.Null, told.GetProperty("doneAt").ValueKind);
        await Until(async () =>
            (await Told(ward, ordering, 1)).GetProperty("items")[0].GetProperty("doneAt").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task An_allergy_is_told_to_the_care_team_or_else_to_those_who_see_the_patient_now()
    {
        await using var ward = await Ward.Open(engine);
        var (member, attending) = (await ward.Has(Role.Nurse, practitioner: "n-1"), await ward.Has(Role.Provider, practitioner: "dr-7"));
        await Put(ward, attending, "Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await Put(ward, attending, "Encounter/e1",
            """
            {"resourceType":"Encounter","id":"e1","status":"in-progress","class":{"code":"AMB"},"subject":{"reference":"Patient/p1"},
             "participant":[{"individual":{"reference":"Practitioner/dr-7"}}]}
            """);
        await ward.Tell(new PatientAllergyAdded("p1", "AllergyIntolerance/a/_history/1", "a", "Penicillin"));
        Assert.Equal("allergy_added", Text((await Told(ward, attending, 1)).GetProperty("items")[0], "type"));

        await Put(ward, attending, "CareTeam/t1",
            """
            {"resourceType":"CareTeam","id":"t1","status":"active","subject":{"reference":"Patient/p1"},
             "participant":[{"member":{"reference":"Practitioner/n-1"}},{"member":{"reference":"Practitioner/without-sign-in"}}]}
            """);
        await ward.Tell(new PatientAllergyAdded("p1", "AllergyIntolerance/b/_history/1", "b", "Latex"));

        await Told(ward, member, 1);
        Assert.Equal(1, (await ward.Done(attending, "GET", "/api/notifications")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task A_member_of_the_care_team_may_be_named_by_a_role()
    {
        await using var ward = await Ward.Open(engine);
        var (member, admin) = (await ward.Has(Role.Nurse, practitioner: "n-1"), await ward.Has(Role.Admin));
        var former = await ward.Has(Role.Nurse, practitioner: "n-2");
        await Put(ward, admin, "Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await Put(ward, admin, "PractitionerRole/r1",
            """{"resourceType":"PractitionerRole","id":"r1","practitioner":{"reference":"Practitioner/n-1"}}""");
        await Put(ward, admin, "CareTeam/t1",
            """
            {"resourceType":"CareTeam","id":"t1","status":"active","subject":{"reference":"Patient/p1"},
             "participant":[{"member":{"reference":"PractitionerRole/r1"}},{"member":{"reference":"Practitioner/n-1"}},
              {"member":{"reference":"PractitionerRole/gone"}}]}
            """);

        await ward.Tell(new PatientAllergyAdded("p1", "AllergyIntolerance/a/_history/1", "a", "Penicillin"));

        await Told(ward, member, 1);
        Assert.Empty((await ward.Done(former, "GET", "/api/notifications")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_denial_is_told_to_billing_and_to_nobody_of_another_tenant()
    {
        await using var ward = await Ward.Open(engine);
        var (first, second) = (await ward.Has(Role.Billing), await ward.Has(Role.Billing));
        var (provider, south) = (await ward.Has(Role.Provider), await ward.Has(Role.Billing, Ward.South));

        await ward.Tell(new ClaimDenied("ClaimResponse/c/_history/1", "c-1", "p1", "Service not covered"));

        foreach (var person in new[] { first, second })
            Assert.Equal("claim_denied", Text((await Told(ward, person, 1)).GetProperty("items")[0], "type"));
        foreach (var person in new[] { provider, south })
            Assert.Empty((await ward.Done(person, "GET", "/api/notifications")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_denied_authorization_is_told_to_the_provider_who_asked_for_it_too()
    {
        await using var ward = await Ward.Open(engine);
        var (billing, admin) = (await ward.Has(Role.Billing), await ward.Has(Role.Admin));
        var (asking, other) = (await ward.Has(Role.Provider, practitioner: "dr-7"), await ward.Has(Role.Provider, practitioner: "dr-8"));
        const string parts = """
            "status":"active","type":{"text":"professional"},"use":"preauthorization","patient":{"reference":"Patient/p1"},
            "created":"2026-03-01","insurer":{"display":"Northwind Health"}
            """;
        await Put(ward, admin, "Claim/pa-1",
            $$$"""
            {"resourceType":"Claim","id":"pa-1",{{{parts}}},"provider":{"reference":"Practitioner/dr-7"},"priority":{"text":"normal"},
             "insurance":[{"sequence":1,"focal":true,"coverage":{"display":"Northwind Health"}}]}
            """);

        await Put(ward, admin, "ClaimResponse/cr-1",
            $$$"""
            {"resourceType":"ClaimResponse","id":"cr-1",{{{parts}}},"request":{"reference":"Claim/pa-1"},"outcome":"complete",
             "disposition":"Denied: not medically necessary"}
            """);

        foreach (var person in new[] { asking, billing })
            Assert.Equal("prior_auth_denied", Text((await Told(ward, person, 1)).GetProperty("items")[0], "type"));
        Assert.Empty((await ward.Done(other, "GET", "/api/notifications")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_provider_who_may_not_see_the_record_is_not_told_of_it()
    {
        await using var ward = await Ward.Open(engine);
        var ordering = await ward.Has(Role.Provider, practitioner: "dr-7");
        var hidden = new NewEvent("", "", default)
        {
            Labels = Sensitivity.Hiv, Released = true, Draws = [new EventDraw("DiagnosticReport", "r1") { Labels = Sensitivity.Hiv }],
        };

        await ward.Tell(Lab, like: hidden);
        await ward.Tell(Lab with { Resource = "DiagnosticReport/r2/_history/1", ReportId = "r2" });

        Assert.Equal("r2", Text((await Told(ward, ordering, 1)).GetProperty("items")[0], "reportId"));
    }

    private static async Task<string[]> ToReview(Ward ward, Signed person)
    {
        var waiting = await ward.Done(person, "GET", "/api/notifications?toReview=true");
        return [.. waiting.GetProperty("items").EnumerateArray().Select(each => Text(each, "reportId")).Order(StringComparer.Ordinal)];
    }

    private static async Task<JsonElement> Told(Ward ward, Signed person, int count)
    {
        var told = default(JsonElement);
        await Until(async () =>
        {
            told = await ward.Done(person, "GET", "/api/notifications");
            return told.GetProperty("items").GetArrayLength() == count;
        });
        return told;
    }

    private static async Task Until(Func<Task<bool>> isSo)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(12), "Not in time.");
            await Task.Delay(20);
        }
    }

    private static Task<JsonElement> Put(Ward ward, Signed by, string path, string resource) =>
        ward.Done(by, "PUT", $"/fhir/{path}", resource);

    private static (int Unread, int Unseen) Counts(JsonElement page) =>
        (page.GetProperty("unreadCount").GetInt32(), page.GetProperty("unseenCount").GetInt32());

    private static string Text(JsonElement json, string name) => EscalationTests.Text(json, name);
}

public sealed class NotificationsOnSqlite() : NotificationTests(Engine.Sqlite);

public sealed class NotificationsOnPostgres() : NotificationTests(Engine.Postgres);

using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

/// <summary>A biopsy is tracked from its order until its result was reviewed.</summary>
public abstract class BiopsyTests(House house)
{
    private const string Door = "/api/biopsies";

    [Fact]
    public async Task A_biopsy_goes_from_order_to_review_with_exactly_its_events()
    {
        var (clinic, provider, lab) = await Opened();

        var ordered = (await provider.Post(Door, Biopsy())).Is(201);
        var collected = new { status = "collected", specimen = "Punch 4 mm", version = 1 };
        var taken = (await provider.Put($"{Door}/{ordered.Id}", collected)).Is(200);
        var sent = (await provider.Put($"{Door}/{ordered.Id}", new { status = "sent", version = taken.Version })).Is(200);
        (await lab.Post($"{Door}/{ordered.Id}/result", Found())).Is(200);
        var decided = new { decision = "No further treatment", note = "Told by phone" };
        var reviewed = (await provider.Post($"{Door}/{ordered.Id}/review", decided)).Is(200);

        Assert.Equal(
            ("ordered", "collected", "sent"), (Text(ordered.Json, "status"), Text(taken.Json, "status"), Text(sent.Json, "status")));
        Assert.Equal(
            ("p-1", "p-1 Doe", "dr-1", "Left forearm", "Shave excision", "reviewed"), (
                Text(reviewed.Json, "patientId"), Text(reviewed.Json, "patientName"), Text(reviewed.Json, "providerId"),
                Text(reviewed.Json, "site"), Text(reviewed.Json, "procedure"), Text(reviewed.Json, "status")));
        Assert.Equal(
            ("Melanocytic nevus", "400096001", false, "Dr. Sato", "Symmetric, no atypia."), (
                Text(reviewed["result"], "diagnosis"), Text(reviewed["result"], "code"),
                reviewed["result"].GetProperty("isMalignant").GetBoolean(), Text(reviewed["result"], "pathologist"),
                Text(reviewed["result"], "report")));
        Assert.Equal(
            ("No further treatment", "Told by phone", "dr-1", "Maya Okafor"), (
                Text(reviewed["review"], "decision"), Text(reviewed["review"], "note"), Text(reviewed["review"], "reviewedBy"),
                Text(reviewed["review"], "reviewedByName")));
        Assert.True(reviewed["review"].GetProperty("reviewedAt").TryGetDateTimeOffset(out _));

        var events = await clinic.Events("biopsy.*,lab.*");
        Assert.Equal(
            [
                "biopsy.created", "biopsy.updated", "biopsy.updated", "biopsy.updated", "biopsy.result_received", "biopsy.updated",
                "biopsy.reviewed",
            ],
            events.Select(each => each.Type));
        var told = events.Single(each => each.Type == "biopsy.result_received").Data;
        Assert.Equal(
            (ordered.Id, "dr-1", "Shave excision", "400096001", false), (
                Text(told, "biopsyId"), Text(told, "orderingProviderId"), Text(told, "procedure"),
                Text(told.GetProperty("conclusions")[0], "code"), told.GetProperty("isMalignant").GetBoolean()));
        var seen = events.Single(each => each.Type == "biopsy.reviewed").Data;
        Assert.Equal((ordered.Id, "dr-1"), (Text(seen, "biopsyId"), Text(seen, "reviewedBy")));
    }

    [Fact]
    public async Task A_malignant_result_is_an_alert_of_the_ordering_provider()
    {
        var (_, provider, lab) = await Opened();
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);

        (await lab.Post($"{Door}/{ordered.Id}/result", new { diagnosis = "See report", isMalignant = true })).Is(200);

        var alert = await First(provider, "/api/alerts");
        Assert.Equal(("biopsy_result", "p-1"), (Text(alert, "type"), Text(alert, "patientId")));
    }

    [Fact]
    public async Task A_biopsy_with_a_specimen_was_taken_when_it_was_ordered()
    {
        var (clinic, provider, _) = await Opened();

        var ordered = (await provider.Post(Door, new
        {
            patientId = "p-1", providerId = "dr-1", site = "Scalp", specimen = "Shave",
        })).Is(201);

        Assert.Equal(("collected", "Shave", "Biopsy"), (
            Text(ordered.Json, "status"), Text(ordered.Json, "specimen"), Text(ordered.Json, "procedure")));
        Assert.Equal(["biopsy.created", "biopsy.updated"], (await clinic.Events("biopsy.*")).Select(each => each.Type));
    }

    [Fact]
    public async Task A_step_that_cannot_follow_is_refused_with_those_that_can()
    {
        var (_, provider, lab) = await Opened();
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);

        var early = (await provider.Post($"{Door}/{ordered.Id}/review", new { decision = "x" })).IsRefused(409, "invalid_transition");
        Assert.Equal(("ordered", "collected,resulted,cancelled"), (
            Text(early.Json, "from"), string.Join(',', early["allowed"].EnumerateArray().Select(each => each.GetString()))));
        (await provider.Put($"{Door}/{ordered.Id}", new { status = "sent" })).IsRefused(409, "invalid_transition");
        (await provider.Put($"{Door}/{ordered.Id}", new { status = "cancelled" })).Is(200);
        (await lab.Post($"{Door}/{ordered.Id}/result", Found())).IsRefused(409, "invalid_transition");
    }

    [Fact]
    public async Task A_second_result_says_that_it_amends_and_waits_for_a_review_again()
    {
        var (clinic, provider, lab) = await Opened();
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);
        (await lab.Post($"{Door}/{ordered.Id}/result", Found())).Is(200);
        (await lab.Post($"{Door}/{ordered.Id}/result", Found())).IsRefused(409, "invalid_transition");
        (await provider.Post($"{Door}/{ordered.Id}/review", new { decision = "Watch" })).Is(200);

        var melanoma = new { diagnosis = "Melanoma", code = "93655004", amends = true };
        var amended = (await lab.Post($"{Door}/{ordered.Id}/result", melanoma)).Is(200);
        (await lab.Post($"{Door}/{ordered.Id}/result", new { diagnosis = "Melanoma in situ", amends = true })).Is(200);

        Assert.Equal("resulted", Text(amended.Json, "status"));
        var listed = (await provider.Get(Door)).Is(200)["items"][0];
        Assert.Equal(("resulted", "Melanoma in situ"), (Text(listed, "status"), Text(listed.GetProperty("result"), "diagnosis")));
        Assert.False(listed.TryGetProperty("review", out _));
        Assert.Equal(3, (await clinic.Events("biopsy.result_received")).Count);
        (await provider.Post($"{Door}/{ordered.Id}/review", new { decision = "Excise" })).Is(200);
    }

    [Fact]
    public async Task Of_two_reviews_at_once_one_stands_and_the_other_is_told_whose()
    {
        var (clinic, provider, lab) = await Opened();
        await clinic.HasProvider("dr-2");
        var colleague = await clinic.Has(Role.Provider, practitioner: "dr-2");
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);
        (await lab.Post($"{Door}/{ordered.Id}/result", Found())).Is(200);

        var both = await Task.WhenAll(
            provider.Post($"{Door}/{ordered.Id}/review", new { decision = "Watch" }),
            colleague.Post($"{Door}/{ordered.Id}/review", new { decision = "Excise" }));

        Assert.Equal([200, 409], both.Select(answer => answer.Status).Order());
        var (won, lost) = both[0].Status == 200 ? (both[0], both[1]) : (both[1], both[0]);
        lost.IsRefused(409, "already_reviewed");
        Assert.Equal(Text(won["review"], "reviewedBy"), Text(lost.Json, "by"));
        Assert.Single(await clinic.Events("biopsy.reviewed"));
    }

    [Fact]
    public async Task A_second_writer_is_told_what_was_changed()
    {
        var (_, provider, lab) = await Opened();
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);
        (await lab.Post($"{Door}/{ordered.Id}/result", new { diagnosis = "Nevus", version = ordered.Version })).Is(200);

        var stale = (await provider.Put($"{Door}/{ordered.Id}", new { site = "Right forearm", version = ordered.Version }))
            .IsRefused(409, "stale_version");

        Assert.Equal("status", Assert.Single(stale["changed"].EnumerateArray()).GetString());
        Assert.Equal("resulted", Text(stale["current"], "status"));
    }

    [Fact]
    public async Task Of_two_who_change_the_specimen_the_second_is_told_and_the_same_again_changes_nothing()
    {
        var (_, provider, _) = await Opened();
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);
        var taken = (await provider.Put($"{Door}/{ordered.Id}", new { status = "collected", specimen = "Punch" })).Is(200);

        var first = (await provider.Put($"{Door}/{ordered.Id}", new { specimen = "Punch 4 mm", version = taken.Version })).Is(200);
        var stale = (await provider.Put($"{Door}/{ordered.Id}", new { specimen = "Shave", version = taken.Version }))
            .IsRefused(409, "stale_version");
        var older = (await provider.Put($"{Door}/{ordered.Id}", new { specimen = "Shave" }, ifMatch: "W/\"1\""))
            .IsRefused(409, "stale_version");

        Assert.Equal(["specimen"], Names(stale));
        Assert.Equal(["status", "specimen", "collectedAt"], Names(older));
        Assert.Equal("Punch 4 mm", Text((await provider.Get($"{Door}/{ordered.Id}")).Is(200).Json, "specimen"));
        var again = (await provider.Put($"{Door}/{ordered.Id}", new { specimen = "Punch 4 mm", version = first.Version })).Is(200);
        Assert.Equal(first.Version, again.Version);
    }

    [Fact]
    public async Task Biopsies_are_of_their_clinic_and_no_patients_list()
    {
        var (clinic, provider, _) = await Opened();
        var (_, other, otherLab) = await Opened();
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);

        Assert.Empty(Ids(await other.Get(Door)));
        Assert.Equal(ordered.Text, (await provider.Get($"{Door}/{ordered.Id}")).Is(200).Text);
        (await other.Get($"{Door}/{ordered.Id}")).IsRefused(404, "not_found");
        (await other.Put($"{Door}/{ordered.Id}", new { site = "x" })).IsRefused(404, "not_found");
        (await otherLab.Post($"{Door}/{ordered.Id}/result", Found())).IsRefused(404, "not_found");
        foreach (var role in new[] { Role.Billing, Role.FrontDesk, Role.Pharmacy, Role.Radiology })
            (await (await clinic.Has(role)).Get(Door)).IsRefused(403, "forbidden");
        (await (await clinic.Has(Role.Patient, patient: "p-1")).Get(Door)).IsRefused(403, "forbidden");
        (await (await clinic.Has(Role.Nurse)).Post($"{Door}/{ordered.Id}/review", new { decision = "x" })).IsRefused(403, "forbidden");
        (await provider.Post($"{Door}/{ordered.Id}/result", Found())).IsRefused(403, "forbidden");
    }

    [Fact]
    public async Task The_laboratory_sees_that_it_was_reviewed_and_not_by_whom()
    {
        var (_, provider, lab) = await Opened();
        var ordered = (await provider.Post(Door, Biopsy())).Is(201);
        (await lab.Post($"{Door}/{ordered.Id}/result", Found())).Is(200);
        (await provider.Post($"{Door}/{ordered.Id}/review", new { decision = "Watch" })).Is(200);

        var listed = (await lab.Get(Door)).Is(200)["items"][0];

        Assert.Equal("reviewed", Text(listed, "status"));
        Assert.False(listed.TryGetProperty("review", out _));
    }

    [Theory]
    [InlineData("""{"patientId":"p-1","providerId":"dr-1"}""", 400, "missing_field")]
    [InlineData("""{"patientId":"p-1","providerId":"dr-9","site":"x"}""", 422, "unknown_provider")]
    [InlineData("""{"patientId":"p-9","providerId":"dr-1","site":"x"}""", 422, "unknown_patient")]
    [InlineData("""{"patientId":"p-1","providerId":"dr-1","site":"x","encounterId":"e-9"}""", 422, "unknown_encounter")]
    [InlineData("""{"patientId":"p-1","providerId":"dr-1","site":"x","urgency":"y"}""", 400, "unknown_field")]
    public async Task A_biopsy_of_what_is_not_there_is_refused(string body, int status, string code)
    {
        var (_, provider, _) = await Opened();

        (await provider.Post(Door, body)).IsRefused(status, code);
    }

    [Fact]
    public async Task A_limit_that_would_judge_nothing_is_refused()
    {
        var clinic = await house.NewClinic();
        var admin = await clinic.Has(Role.Admin);

        (await admin.Put("/api/admin/settings/biopsy-limits", new { resultDays = 0 })).IsRefused(400, "invalid_biopsy_limits");
        (await admin.Put("/api/admin/settings/biopsy-limits", new { days = 3 })).IsRefused(400, "invalid_biopsy_limits");
        (await admin.Put("/api/admin/settings/biopsy-limits", new { resultDays = 7, reviewDays = 2 })).Is(204);
    }

    private async Task<(Clinic Clinic, Person Provider, Person Lab)> Opened()
    {
        var clinic = await house.NewClinic();
        return (clinic, await clinic.HasProvider("dr-1", "p-1", "p-2"), await clinic.Has(Role.Lab));
    }

    internal static object Biopsy(string patient = "p-1") =>
        new { patientId = patient, providerId = "dr-1", site = "Left forearm", procedure = "Shave excision" };

    internal static object Found() => new
    {
        diagnosis = "Melanocytic nevus", code = "400096001", isMalignant = false, report = "Symmetric, no atypia.",
        pathologist = "Dr. Sato",
    };

    private static string[] Names(Answer stale) => [.. stale["changed"].EnumerateArray().Select(each => each.GetString() ?? "")];

    private static string[] Ids(Answer list) =>
        [.. list.Is(200)["items"].EnumerateArray().Select(each => Text(each, "id") ?? "")];

    private static async Task<JsonElement> First(Person person, string list)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var items = (await person.Get(list)).Is(200)["items"];
            if (items.GetArrayLength() > 0) return items[0];
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"Nothing came to {list}.");
            await Task.Delay(50);
        }
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}

public sealed class BiopsiesOnSqlite(SqliteHouse house) : BiopsyTests(house);

public sealed class BiopsiesOnPostgres(PostgresHouse house) : BiopsyTests(house);

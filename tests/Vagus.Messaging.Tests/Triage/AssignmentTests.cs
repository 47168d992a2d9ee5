using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Triage;

/// <summary>Who claims a thread, who takes it over, and what is told of it afterwards.</summary>
public abstract class AssignmentTests(House house)
{
    private static readonly Statement MakeDue = new("""
        update messaging_thread
        set due_at = 1
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    [Fact]
    public async Task Through_whose_hands_a_thread_went_is_listed_with_whose_doing_it_was()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new
        {
            targets = new[] { new { minutes = 60 } }, escalation = "pool", routing = new[] { new { category = "general", team = "night" } },
        });
        await house.Does("thread-dates");
        var nurse = await clinic.Has(Role.Nurse);
        var id = await patient.Begins();
        var version = (await nurse.Get($"{AtStaff}/threads/{id}")).Is(200)["thread"].GetProperty("version").GetInt64();

        (await nurse.Put($"{AtStaff}/threads/{id}", new { assignedTo = nurse.Id, version })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = doctor.Id, version })).IsRefused(409, "stale_version");
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = doctor.Id })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{id}", new { priority = "high" })).Is(200);
        await clinic.Change(MakeDue, clinic.Tenant.Value, id);
        await house.Does("thread-times");

        Assert.Equal(
            [(null, null, "night"), (doctor.Id, doctor.Id, "night"), (nurse.Id, nurse.Id, "night"), (null, null, "night")],
            Lines(await nurse.Get($"{AtStaff}/threads/{id}/assignments")));
        var named = (await nurse.Get($"{AtStaff}/threads/{id}/assignments"))["items"][1].GetProperty("assignedTo").Text("name");
        Assert.StartsWith("Person ", named, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_answer_of_a_pool_is_a_claim_and_a_thread_that_never_moved_has_no_line()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (taker, other) = (await clinic.Has(Role.Pharmacy), await clinic.Has(Role.Pharmacy));
        var asked = (await patient.Post("/api/messages", new { recipientId = "pharmacy", content = "My refill" })).Is(201).Json;
        var (pool, still) = (asked.Text("threadId"), await patient.Begins());

        (await taker.Post("/api/messages", new { threadId = pool, content = "It is ready" })).Is(201);
        (await other.Put($"{AtStaff}/threads/{pool}", new { assignedTo = other.Id })).Is(200);

        Assert.Equal(
            [(other.Id, other.Id, null), (taker.Id, taker.Id, null)], Lines(await taker.Get($"{AtStaff}/threads/{pool}/assignments")));
        Assert.Empty(Lines(await doctor.Get($"{AtStaff}/threads/{still}/assignments")));
        (await doctor.Get($"{AtStaff}/threads/{pool}/assignments")).IsRefused(404, "not_found");
        (await patient.Get($"{AtStaff}/threads/{still}/assignments")).Is(403);
        var (_, _, foreigner) = await Open(house, "p1");
        (await foreigner.Get($"{AtStaff}/threads/{still}/assignments")).IsRefused(404, "not_found");
    }

    private static List<(string? By, string? AssignedTo, string? Team)> Lines(Answer list) =>
    [
        .. list.Is(200)["items"].EnumerateArray()
            .Select(line => (IdIn(line, "by"), IdIn(line, "assignedTo"), line.GetProperty("team").GetString())),
    ];

    private static string? IdIn(JsonElement line, string field) =>
        line.GetProperty(field) is { ValueKind: JsonValueKind.Object } user ? user.Text("userId") : null;
}

public sealed class AssignmentsOnSqlite(SqliteHouse house) : AssignmentTests(house);

public sealed class AssignmentsOnPostgres(PostgresHouse house) : AssignmentTests(house);

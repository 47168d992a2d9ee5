using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Moving;

/// <summary>Duties go on for other tenants while one with more due rows than a turn takes is being moved, or takes no writes.</summary>
public abstract class StoppedTenantTests(House house) : IAsyncDisposable
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Threads_of_other_tenants_become_overdue(bool isBroken)
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        await clinic.Sets(new { targets = new[] { new { minutes = 60 } } });
        // A turn has only so many steps for all clinics of the house: one that comes later would date the thread anew.
        await Until(async () =>
        {
            await house.Does("thread-dates");
            return await house.Get<Database>().QueryOne(IsDated, [clinic.Tenant.Value], row => row.GetInt64(0), default) == 1;
        }, "The clinic's threads are not dated.");
        var id = await patient.Begins();
        await Fill(clinic, "messaging_thread", ["thread_id"], "due_at", 201, isBroken);
        await clinic.Change(ThreadIsDue, clinic.Tenant.Value);

        await house.Does("thread-times");

        Assert.True((await doctor.Get($"{AtStaff}/threads/{id}")).Is(200)["thread"].GetProperty("overdue").GetBoolean());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Held_messages_of_other_tenants_are_sent(bool isBroken)
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var id = await patient.Begins();
        var held = (await doctor.Post(
            $"{AtStaff}/threads/{id}/messages", new { content = "Later", sendAfter = DateTimeOffset.UtcNow.AddHours(1) })).Is(201);
        await Fill(clinic, "messaging_held", ["message_id", "client_message_id"], "due_at", 201, isBroken);
        await clinic.Change(HeldIsDue, clinic.Tenant.Value);

        await house.Does("message-release");

        Assert.Equal("scheduled", held["status"].GetString());
        Assert.Contains("Later", (await patient.Get($"{AtPortal}/threads/{id}")).Is(200).Contents());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Senders_of_other_tenants_are_told_that_they_were_not_read(bool isBroken)
    {
        var (clinic, _, doctor) = await Open(house, "p1");
        var begun = (await doctor.Post(
            $"{AtStaff}/threads", new { patientId = "p1", subject = "Question", category = "general", content = "Hello" })).Is(201);
        await Fill(clinic, "messaging_unread", ["thread_id"], "due_at", 101, isBroken);
        foreach (var earlier in UnreadIsDue) await clinic.Change(earlier, clinic.Tenant.Value);

        await house.Does("message-unread");

        var shown = (await doctor.Get($"{AtStaff}/threads/{begun["thread"].Text("id")}")).Is(200)["thread"];
        Assert.Equal(JsonValueKind.String, shown.GetProperty("unreadSince").ValueKind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Threads_of_other_tenants_go_back_after_an_absence(bool isBroken)
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (away, present) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var id = await patient.Begins();
        (await away.Put("/api/on-call/out-of-office", new
        {
            from = DateTimeOffset.UtcNow.AddHours(-1), until = DateTimeOffset.UtcNow.AddHours(1), delegateTo = present.Id,
        })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{id}", new { assignedTo = away.Id })).Is(200);
        await Fill(clinic, "messaging_thread", ["thread_id", "covered_for"], "due_at", 1001, isBroken);
        (await away.Delete("/api/on-call/out-of-office")).Is(204);

        await Until(async () =>
        {
            await house.Does("thread-returns");
            return (await doctor.Get($"{AtStaff}/threads/{id}")).Is(200)["thread"].GetProperty("assignedTo").Text("userId") == away.Id;
        }, "The thread did not go back.");
    }

    /// <summary>More than a turn takes is due of a tenant that is moved, or of which each write is refused.</summary>
    private async Task Fill(Clinic clinic, string table, string[] keys, string due, int count, bool isBroken)
    {
        var commit = house.Get<GroupCommit>();
        await StoppedTenant.Fill(house.Get<Database>(), commit, clinic.Tenant, table, keys, due, count);
        if (isBroken) await StoppedTenant.Break(commit);
    }

    /// <summary>What a tenant has of which each write is refused is due for ever.</summary>
    public async ValueTask DisposeAsync()
    {
        await StoppedTenant.StopAgain(house.Get<GroupCommit>());
        GC.SuppressFinalize(this);
    }

    private static readonly Statement IsDated = new(
        "select count(*) from messaging_dated where tenant_id = @tenant_id and going_to is null");

    private static readonly Statement ThreadIsDue = new("update messaging_thread set due_at = 1 where tenant_id = @tenant_id");

    private static readonly Statement HeldIsDue = new("update messaging_held set due_at = 2 where tenant_id = @tenant_id");

    private static readonly Statement[] UnreadIsDue =
    [
        new("update messaging_message set sent_at = sent_at - 172800000000 where tenant_id = @tenant_id"),
        new("update messaging_unread set due_at = 2 where tenant_id = @tenant_id"),
    ];
}

public sealed class StoppedTenantOnSqlite(SqliteHouse house) : StoppedTenantTests(house);

public sealed class StoppedTenantOnPostgres(PostgresHouse house) : StoppedTenantTests(house);

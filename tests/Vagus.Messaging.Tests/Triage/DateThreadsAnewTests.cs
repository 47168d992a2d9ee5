using System.Text.Json;
using Vagus.Messaging.Staff;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Triage;

/// <summary>Due dates of threads that are open when an organization changes its targets or hours.</summary>
public abstract class DateThreadsAnewTests(House house)
{
    [Fact]
    public async Task Open_threads_are_dated_by_the_new_targets_and_told_once()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (other, stranger, _) = await Open(house, "p1");
        foreach (var each in new[] { clinic, other }) await each.Sets(new { targets = new[] { new { minutes = 120 } } });
        var (one, closed, resting) = (await patient.Begins(), await patient.Begins(), await patient.Begins());
        var elsewhere = await stranger.Begins();
        (await doctor.Put($"{AtStaff}/threads/{closed}", new { status = "closed" })).Is(200);
        (await doctor.Put($"{AtStaff}/threads/{resting}", new { status = "waiting_patient" })).Is(200);
        var since = Since(await patient.Get($"{AtPortal}/threads/{one}"));
        await Dated(clinic);

        await clinic.Sets(new { targets = new[] { new { minutes = 30 } } });
        await Dated(clinic);

        Assert.Equal(since.AddMinutes(30), Due(await doctor.Get($"{AtStaff}/threads/{one}")));
        Assert.Equal(Since(await stranger.Get($"{AtPortal}/threads/{elsewhere}")).AddMinutes(120), Expected(await stranger.Get($"{AtPortal}/threads/{elsewhere}")));
        Assert.Null(Due(await doctor.Get($"{AtStaff}/threads/{closed}")));
        Assert.Null(Due(await doctor.Get($"{AtStaff}/threads/{resting}")));
        var told = await Told(clinic);
        Assert.Equal([one, resting], told.Order(StringComparer.Ordinal));
        // The clinic had waited for almost no time, so almost all of the new time is left.
        (await patient.Post($"{AtPortal}/threads/{resting}/messages", new { content = "Here" })).Is(201);
        Assert.InRange(
            Due(await doctor.Get($"{AtStaff}/threads/{resting}"))!.Value, DateTimeOffset.UtcNow.AddMinutes(28), DateTimeOffset.UtcNow.AddMinutes(31));

        await clinic.Sets(new { targets = Array.Empty<object>() });
        await Dated(clinic);
        Assert.Null(Expected(await patient.Get($"{AtPortal}/threads/{one}")));
        await clinic.Sets(new { undoSeconds = 3 });
        await Dated(clinic);
        Assert.Equal(told.Count + 2, (await Told(clinic)).Count);
    }

    [Fact]
    public async Task Threads_that_nothing_was_set_for_are_dated_by_the_first_target_in_the_hours_of_the_clinic()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        Assert.Null(Due(await doctor.Get($"{AtStaff}/threads/{thread}")));

        await clinic.Sets(new { targets = new[] { new { minutes = 60 } }, calendar = ClosedToday() });
        await Dated(clinic);

        var due = Due(await doctor.Get($"{AtStaff}/threads/{thread}"))!.Value;
        Assert.True(due > DateTimeOffset.UtcNow.AddDays(1), $"{due}");
    }

    [Fact]
    public async Task What_was_ended_in_between_is_gone_on_with_and_a_later_change_begins_anew()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        var many = DateThreadsAnew.AtOnce + 5;
        Assert.Equal(many, await clinic.Change(Copy(many), clinic.Tenant.Value, thread));
        var dating = (DateThreadsAnew)house.Get<IEnumerable<LeasedDuty>>().Single(each => each.Name == "thread-dates");
        await clinic.Sets(new { targets = new[] { new { minutes = 60 } } });
        Assert.Equal(1, await clinic.Change(Start, clinic.Tenant.Value));
        for (var step = 0; step < 2; step++) await dating.Step(clinic.Tenant, default);
        // The house's own turn may have done the rest.
        Assert.InRange(await Count(clinic, 60), DateThreadsAnew.AtOnce, many + 1);

        await clinic.Sets(new { targets = new[] { new { minutes = 90 } } });
        await dating.Step(clinic.Tenant, default);
        await Dated(clinic);

        Assert.Equal((0, many + 1), (await Count(clinic, 60), await Count(clinic, 90)));
        Assert.NotNull(Due(await doctor.Get($"{AtStaff}/threads/{thread}")));
    }

    [Fact]
    public async Task A_change_that_a_stop_of_the_tenant_kept_from_being_begun_is_begun_behind_it()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        var other = (await Open(house, "p1")).Clinic;
        await clinic.Sets(new { targets = new[] { new { minutes = 60 } } });
        await Dated(clinic);
        var thread = await patient.Begins();
        var due = Expected(await patient.Get($"{AtPortal}/threads/{thread}"));
        await StoppedTenant.Stop(house.Get<GroupCommit>(), clinic.Tenant);
        Assert.Equal(1, await other.Change(SetThirty, DateTimeOffset.UtcNow.ToMicroseconds(), clinic.Tenant.Value));
        await house.Does("thread-dates");
        Assert.Equal(1, await other.Change(SetThirty, 1L, clinic.Tenant.Value));

        await StoppedTenant.Resume(house.Get<GroupCommit>(), clinic.Tenant);

        await Until(
            async () =>
            {
                await house.Does("thread-dates");
                return await patient.Get($"{AtPortal}/threads/{thread}");
            },
            answer => Expected(answer) < due);
    }

    private async Task Dated(Clinic clinic)
    {
        // The house's own turn may be at it.
        await Until(
            async () =>
            {
                await house.Does("thread-dates");
                var open = await house.Get<Storage.Database>().QueryOne(Going, [clinic.Tenant.Value], row => row.GetInt64(0), default);
                return new Answer(200, $$"""{"open":{{open}}}""");
            },
            answer => answer["open"].GetInt64() == 0);
    }

    private async Task<List<string>> Told(Clinic clinic) =>
    [
        .. (await house.Get<EventLog>().Read(clinic.Tenant, 0, 2000, default))
            .Where(row => row.Type == "thread.updated").Select(row => JsonElement.Parse(row.Body))
            .Where(data => data.ToString().Contains("dueAt", StringComparison.Ordinal)).Select(data => data.Text("threadId")),
    ];

    private async Task<long> Count(Clinic clinic, int minutes) => await house.Get<Storage.Database>().QueryOne(
        DueAfter, [clinic.Tenant.Value, minutes * 60_000_000L], row => row.GetInt64(0), default);

    private static DateTimeOffset Since(Answer thread) => thread.Is(200)["thread"].GetProperty("waitingSince").GetDateTimeOffset();

    private static DateTimeOffset? Due(Answer thread) => At(thread, "dueAt");

    private static DateTimeOffset? Expected(Answer thread) => At(thread, "expectedReplyAt");

    private static DateTimeOffset? At(Answer thread, string name) =>
        thread.Is(200)["thread"].GetProperty(name) is { ValueKind: JsonValueKind.String } at ? at.GetDateTimeOffset() : null;

    private static Statement Copy(int many) => new($"""
        insert into messaging_thread
          (tenant_id, thread_id, kind, patient_id, category, priority, status, members, created_by, created_at, last_sequence, last_note,
           last_message_at, waiting_since, version)
        with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < {many})
        select tenant_id, thread_id || '-' || number, kind, patient_id, category, priority, status, members, created_by, created_at,
          last_sequence, last_note, last_message_at, waiting_since, version
        from messaging_thread, numbers
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);

    private static readonly Statement SetThirty = new("""
        update access_tenant_setting
        set body = '{"targets":[{"minutes":30}]}', changed_at = @changed_at
        where tenant_id = @tenant_id
          and name = 'messaging'
        """);

    private static readonly Statement Start = new("""
        insert into messaging_dated (tenant_id, dated_by, going_to, up_to)
        values (@tenant_id, '', '', '')
        on conflict (tenant_id) do update set going_to = '', up_to = ''
        """);

    private static readonly Statement Going = new("""
        select count(*)
        from messaging_dated
        where tenant_id = @tenant_id
          and going_to is not null
        """);

    private static readonly Statement DueAfter = new("""
        select count(*)
        from messaging_thread
        where tenant_id = @tenant_id
          and due_at = waiting_since + @within
        """);
}

public sealed class DateThreadsAnewOnSqlite(SqliteHouse house) : DateThreadsAnewTests(house);

public sealed class DateThreadsAnewOnPostgres(PostgresHouse house) : DateThreadsAnewTests(house);

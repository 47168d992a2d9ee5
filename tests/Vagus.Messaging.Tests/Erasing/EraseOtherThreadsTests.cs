using System.Text.Json;
using Vagus.Access.KeyUpkeep;
using Vagus.Kernel;
using Vagus.Messaging.Erasing;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Erasing;

/// <summary>
/// Direct threads and those among staff end as their organization says, and those who wrote in them write to each other anew.
/// </summary>
public abstract class EraseOtherThreadsTests(House house)
{
    private const string Messages = "/api/messages";
    private const string Threads = $"{AtStaff}/threads";

    [Fact]
    public async Task A_direct_thread_whose_time_is_over_is_gone_and_its_sides_begin_another_one()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var first = await Write(nurse, doctor, "Xanthic words");
        await Aged(clinic, first.Thread);
        await clinic.Sets(new { retention = new { directDays = 365 } });

        await Erased(clinic, first.Thread);

        (await doctor.Get($"{Threads}/{first.Thread}")).IsRefused(404, "not_found");
        (await doctor.Get($"/fhir/Communication/{first.Message}/$decrypt")).Is(410);
        Assert.Empty((await nurse.Get($"{Messages}/conversation?userId={doctor.Id}")).Is(200)["items"].EnumerateArray());
        var again = await Write(doctor, nurse, "A new beginning");
        var answer = await Write(nurse, doctor, "Hello again");
        Assert.NotEqual(first.Thread, again.Thread);
        Assert.Equal(again.Thread, answer.Thread);
        foreach (var (one, other) in new[] { (nurse, doctor), (doctor, nurse) })
        {
            Assert.Equal(
                ["A new beginning", "Hello again"],
                (await one.Get($"{Messages}/conversation?userId={other.Id}")).Is(200)["items"].EnumerateArray().Select(each => each.Text("content")));
        }

        await Aged(clinic, again.Thread);
        await Erased(clinic, again.Thread);
        Assert.DoesNotContain((await Write(nurse, doctor, "Third")).Thread, new[] { first.Thread, again.Thread });
    }

    [Fact]
    public async Task A_thread_among_staff_ends_by_its_own_days()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var (staff, direct) = (await Begin(doctor, nurse), (await Write(nurse, doctor, "Direct")).Thread);
        foreach (var thread in new[] { staff, direct }) await Aged(clinic, thread);
        await clinic.Sets(new { retention = new { staffDays = 365, days = 1 } });

        await Erased(clinic, staff);

        (await nurse.Get($"{Threads}/{staff}")).IsRefused(404, "not_found");
        (await nurse.Get($"{Threads}/{direct}")).Is(200);
        Assert.Equal(1, (await doctor.Get($"{AtStaff}/unread-count")).Is(200)["count"].GetInt32());
        (await nurse.Get($"{Threads}/{await Begin(doctor, nurse)}")).Is(200);
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("staff")]
    public async Task A_legal_hold_wins_for_every_kind_and_when_it_is_released_the_thread_goes(string kind)
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var thread = kind == "staff" ? await Begin(doctor, nurse) : (await Write(doctor, nurse, "Held words")).Thread;
        await Aged(clinic, thread);
        var holds = house.Get<LegalHolds>();
        var hold = (await holds.Place(clinic.Tenant, "thread", thread, "2036-CV-17", default)).Value;
        await clinic.Sets(new { retention = new { directDays = 365, staffDays = 365 } });

        await house.Does("thread-retention");

        Assert.Contains("Held words", (await nurse.Get($"{Threads}/{thread}")).Is(200).Contents());
        Assert.False((await holds.Release(clinic.Tenant, hold, default)).IsRefused);
        await clinic.Change(AgedThreads.LookAgain, clinic.Tenant.Value);
        await Erased(clinic, thread);
        (await nurse.Get($"{Threads}/{thread}")).IsRefused(404, "not_found");
    }

    [Fact]
    public async Task A_thread_in_which_somebody_has_written_since_is_kept_and_that_of_a_patient_goes_with_its_time()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var ended = await Write(patient, doctor, "Thank you");
        var nurse = await clinic.Has(Role.Nurse);
        var recent = await Write(nurse, doctor, "Old");
        foreach (var thread in new[] { ended.Thread, recent.Thread }) await Aged(clinic, thread);
        await Write(doctor, nurse, "And new");
        await clinic.Sets(new { retention = new { directDays = 365 } });

        await Erased(clinic, ended.Thread);

        Assert.Equal(["Old", "And new"], (await doctor.Get($"{Threads}/{recent.Thread}")).Is(200).Contents());
        (await doctor.Get($"{Threads}/{ended.Thread}")).IsRefused(404, "not_found");
        Assert.NotEqual(ended.Thread, (await Write(patient, doctor, "Once more")).Thread);
    }

    [Fact]
    public async Task Who_writes_while_the_thread_is_being_erased_is_told_to_come_again()
    {
        var clinic = await house.NewClinic();
        var (nurse, doctor) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Provider));
        var first = await Write(nurse, doctor, "Half way");
        await Aged(clinic, first.Thread);
        await clinic.Sets(new { retention = new { directDays = 365 } });
        // As a process leaves it that is killed right after the first write.
        var begun = await house.Get<BeginErasing>().Run(clinic.Tenant, ("direct", TimeSpan.FromDays(365)), 10, default);
        Assert.Equal([first.Thread], begun.Begun);

        (await doctor.Post(Messages, new { recipientId = nurse.Id, content = "x" })).IsRefused(503, "thread_ends");

        await Erased(clinic, first.Thread);
        Assert.NotEqual(first.Thread, (await Write(doctor, nurse, "x")).Thread);
    }

    [Theory]
    [InlineData("""{"directDays":0}""")]
    [InlineData("""{"staffDays":36526}""")]
    [InlineData("""{"days":10,"directDays":"1"}""")]
    public async Task A_retention_that_is_none_is_refused(string retention)
    {
        var admin = await (await house.NewClinic()).Has(Role.Admin);

        (await admin.Put("/api/admin/settings/messaging", $$"""{"retention":{{retention}}}""")).Is(400);
    }

    private static async Task<(string Thread, string Message)> Write(Person from, Person to, string content)
    {
        var sent = (await from.Post(Messages, new { recipientId = to.Id, content })).Is(201);
        return (sent["threadId"].GetString()!, sent["id"].GetString()!);
    }

    private static async Task<string> Begin(Person by, Person with)
    {
        var begun = (await by.Post(Threads, new { kind = "staff", participants = new[] { with.Id }, subject = "Huddle", content = "Held words" })).Is(201);
        return begun["thread"].Text("id");
    }

    private static Task Aged(Clinic clinic, string thread) =>
        clinic.Change(AgedThreads.Age, 400L * 86_400_000_000, clinic.Tenant.Value, thread);

    private async Task Erased(Clinic clinic, string thread) => await Until(
        async () =>
        {
            // The house's own turn may be at it.
            await house.Does("thread-retention");
            var left = await house.Get<Storage.Database>().QueryOne(
                Left, [clinic.Tenant.Value, thread], row => row.GetInt64(0), default);
            return new Answer(200, JsonSerializer.Serialize(new { left }));
        },
        answer => answer["left"].GetInt64() == 0);

    private static readonly Statement Left = new("""
        select count(*)
        from messaging_thread
        where tenant_id = @tenant_id
          and thread_id = @thread_id
        """);
}

public sealed class EraseOtherThreadsOnSqlite(SqliteHouse house) : EraseOtherThreadsTests(house);

public sealed class EraseOtherThreadsOnPostgres(PostgresHouse house) : EraseOtherThreadsTests(house);

using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Messages;

/// <summary>What is counted as unread is what the lists show as unread, and its cost does not grow with what was.</summary>
public abstract class UnreadCountTests(House house, Engine engine)
{
    [Fact]
    public async Task A_closed_thread_is_unread_for_those_only_who_take_part_have_read_in_it_or_are_mentioned()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (reader, mentioned, newcomer) = (await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse), await clinic.Has(Role.Nurse));
        var thread = await patient.Begins();
        Assert.Equal(1, await Count(newcomer));
        (await reader.Post($"{AtStaff}/threads/{thread}/mark-read")).Is(200);
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", new { content = "An answer" })).Is(201);
        var note = new { content = "A note", isInternalNote = true, mentions = new[] { mentioned.Id } };
        (await doctor.Post($"{AtStaff}/threads/{thread}/messages", note)).Is(201);

        (await doctor.Post($"{AtStaff}/threads/{thread}/close")).Is(200);

        foreach (var (who, count) in new[] { (reader, 1), (mentioned, 1), (newcomer, 0), (doctor, 1) })
        {
            Assert.Equal(count, await Count(who));
            Assert.Equal(count, await Listed(who));
        }

        Assert.Equal(0, (await newcomer.Get($"{AtStaff}/threads/{thread}")).Is(200)["thread"].GetProperty("unreadCount").GetInt32());
        Assert.Equal(1, (await patient.Get($"{AtPortal}/unread-count")).Is(200)["count"].GetInt32());
        (await patient.Post($"{AtPortal}/threads/{thread}/messages", new { content = "Thank you" })).Is(201);
        Assert.Equal(1, await Count(newcomer));
    }

    [Fact]
    public async Task A_pool_is_asked_to_read_until_one_of_it_has_taken_the_thread_and_again_when_it_is_given_back()
    {
        var (clinic, patient, doctor) = await Open(house, "p1");
        var (taker, other) = (await clinic.Has(Role.Pharmacy), await clinic.Has(Role.Pharmacy));
        var thread = (await patient.Post("/api/messages", new { recipientId = "pharmacy", content = "My refill" })).Is(201).Json
            .Text("threadId");
        Assert.Equal((1, 1), (await Count(taker), await Count(other)));

        (await taker.Post("/api/messages", new { threadId = thread, content = "It is ready" })).Is(201);
        (await patient.Post("/api/messages", new { threadId = thread, content = "Thank you" })).Is(201);

        Assert.Equal((1, 0), (await Count(taker), await Count(other)));
        (await taker.Put($"{AtStaff}/threads/{thread}", new { assignedTo = (string?)null })).Is(200);
        Assert.Equal((1, 1), (await Count(taker), await Count(other)));
        Assert.Equal((1, 0), (await Listed(other), await Count(doctor)));
    }

    [Fact]
    public async Task After_steps_at_random_each_count_is_what_the_list_shows_as_unread()
    {
        var (clinic, patient, doctor) = await Open(house, "p1", "p2");
        var parent = await clinic.Has(Role.Patient, patient: "p2", dependants: ["p1"]);
        Person[] staff = [doctor, await clinic.Has(Role.Nurse), await clinic.Has(Role.FrontDesk), await clinic.Has(Role.Pharmacy)];
        var random = new Random(411);
        List<string> threads = [await patient.Begins(), await parent.Begins("billing"), await patient.Begins("appointment")];
        foreach (var pool in new[] { "pharmacy", "nurse" })
            threads.Add((await parent.Post("/api/messages", new { recipientId = pool, content = "Hello" })).Is(201).Json.Text("threadId"));

        for (var step = 0; step < 120; step++)
        {
            var thread = threads[random.Next(threads.Count)];
            var (one, two) = (staff[random.Next(staff.Length)], staff[random.Next(staff.Length)]);
            // A step that is refused, as of a thread that is not seen, is a step as well.
            _ = random.Next(10) switch
            {
                0 or 1 => await one.Post("/api/messages", new { threadId = thread, content = "From staff" }),
                2 or 3 => await (step % 2 == 0 ? patient : parent).Post("/api/messages", new { threadId = thread, content = "From home" }),
                4 => await one.Post($"{AtStaff}/threads/{thread}/close"),
                5 => await one.Put($"{AtStaff}/threads/{thread}", new { assignedTo = step % 2 == 0 ? two.Id : null }),
                6 => await one.Post($"{AtStaff}/threads/{thread}/mark-read", new { upToSequence = random.Next(1, 9) }),
                7 => await one.Post($"{AtStaff}/threads/{thread}/mark-read"),
                8 => await parent.Post($"{AtPortal}/threads/{thread}/mark-read"),
                _ => await one.Post(
                    $"{AtStaff}/threads/{thread}/messages", new { content = "Note", isInternalNote = true, mentions = new[] { two.Id } }),
            };
            foreach (var who in staff) Assert.Equal((step, await Listed(who)), (step, await Count(who)));
            foreach (var who in new[] { patient, parent }) Assert.Equal((step, await ListedAtHome(who)), (step, await CountAtHome(who)));
        }
    }

    [Fact]
    public async Task No_count_walks_the_threads_that_there_are()
    {
        var clinic = await house.NewClinic();
        await clinic.Change(Threads, clinic.Tenant.Value);
        if (engine == Engine.Postgres)
        {
            foreach (var table in new[] { "messaging_thread", "messaging_behind" })
                await clinic.Change(new Statement(sqlite: "select 1", postgres: $"analyze {table}"));
        }

        var plan = await Explain(clinic);

        Assert.Contains(plan, line => line.Contains("messaging_thread_unclosed", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, line => line.Contains("Seq Scan on messaging_thread", StringComparison.Ordinal)
            || line.StartsWith("SCAN t", StringComparison.Ordinal) || line.StartsWith("SCAN o", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_a_thread_a_count_reads_the_messages_behind_the_mark_alone()
    {
        var clinic = await house.NewClinic();
        foreach (var statement in new[] { Threads, Messages, Marks }) await clinic.Change(statement, clinic.Tenant.Value);
        foreach (var table in new[] { "messaging_thread", "messaging_behind", "messaging_message", "messaging_mark" })
            await clinic.Change(new Statement(sqlite: "select 1", postgres: $"analyze {table}"));

        var plan = string.Join('\n', await Explain(clinic));

        // As SQLite and as PostgreSQL say that the key of the messages is sought from the mark on.
        var sought = engine == Engine.Sqlite
            ? "SEARCH u USING INDEX sqlite_autoindex_messaging_message_1 (tenant_id=? AND thread_id=? AND sequence>?)"
            : "AND (sequence > COALESCE(k.read_sequence";
        Assert.Contains(sought, plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on messaging_message", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN u", plan, StringComparison.Ordinal);
    }

    private static async Task<int> Count(Person who) => (await who.Get($"{AtStaff}/unread-count")).Is(200)["count"].GetInt32();

    private static async Task<int> Listed(Person who) =>
        (await who.Get($"{AtStaff}/threads?unread=true&limit=200")).Is(200)["items"].GetArrayLength();

    private static async Task<int> CountAtHome(Person who) => (await who.Get($"{AtPortal}/unread-count")).Is(200)["count"].GetInt32();

    private static async Task<int> ListedAtHome(Person who) => (await who.Get($"{AtPortal}/threads?limit=200")).Is(200)["items"]
        .EnumerateArray().Count(thread => thread.GetProperty("unreadCount").GetInt64() > 0);

    private async Task<List<string>> Explain(Clinic clinic)
    {
        var how = engine == Engine.Sqlite ? "explain query plan" : "explain";
        var statement = ListSql.With(list => $"{how} {UnreadThreads.Text(list)}");
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["me"] = "me", ["tenant_id"] = clinic.Tenant.Value, ["patient_only"] = false, ["reads_notes"] = true,
            ["readers"] = """["me","role:nurse"]""", ["names"] = """["me","role:nurse"]""", ["categories"] = """["general"]""",
            ["is_staff"] = true,
        };
        return await house.Get<Storage.Database>().Query(
            statement, [.. statement.Parameters.Select(name => values[name])], row => row.GetString(engine == Engine.Sqlite ? 3 : 0),
            default);
    }

    private static readonly Statement Threads = new("""
        insert into messaging_thread (
          tenant_id, thread_id, kind, patient_id, category, priority, status, members, created_by, created_at, last_sequence, last_note,
          last_message_at, version, labels)
        with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
        select @tenant_id, 't' || cast(i as text), 'patient', 'p1', 'general', 'normal',
          case when i % 400 = 0 then 'open' else 'closed' end, 'x', 'x', i, 1, 0, i, 1, ''
        from n
        """);

    // Two hundred threads with a hundred messages each, of which the reader has read all but the last.
    private static readonly Statement Messages = new("""
        insert into messaging_message (
          tenant_id, thread_id, sequence, message_id, sender_id, sender_role, sender_name, recipients, sent_at, status, sealed_content)
        with recursive n (i) as (select 0 union all select i + 1 from n where i < 19999)
        select @tenant_id, 't' || cast(i / 100 * 100 + 100 as text), i % 100 + 1, 'm' || cast(i as text), 'somebody', 'patient', 'x', '', i,
          'sent', cast('x' as bytea)
        from n
        """);

    private static readonly Statement Marks = new("""
        insert into messaging_mark (tenant_id, thread_id, user_id, read_sequence, read_note, read_at, reader_role)
        with recursive n (i) as (select 1 union all select i + 1 from n where i < 200)
        select @tenant_id, 't' || cast(i * 100 as text), 'me', 99, 0, 1, 'nurse'
        from n
        """);
}

public sealed class UnreadCountsOnSqlite(SqliteHouse house) : UnreadCountTests(house, Engine.Sqlite);

public sealed class UnreadCountsOnPostgres(PostgresHouse house) : UnreadCountTests(house, Engine.Postgres);

using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Tests.Messages;

/// <summary>An index leads each filter of the inbox: its cost grows with what is found, not with the threads that there are.</summary>
public abstract class ThreadPagePlanTests(House house, Engine engine)
{
    private static readonly Caller Nurse = new(new TenantId("plans"), new UserId("me"), Role.Nurse, new SessionId("s"));
    private static readonly ThreadSight Staff = new(Nurse, ["me", "role:nurse"], ThreadCategory.All);
    private static readonly ThreadSight Driver = new(Nurse, ["me", "role:driver"], []);

    private static IEnumerable<(string Index, ThreadSight Sight, ThreadFilter Filter)> Filters()
    {
        var all = new ThreadFilter();
        yield return ("messaging_thread_recent", Staff, all);
        yield return ("messaging_thread_recent", Staff, all with { Kind = "patient", Snoozed = false });
        yield return ("messaging_thread_status", Staff, all with { Status = "open", Priority = "urgent", Category = "general" });
        yield return ("messaging_thread_priority", Staff, all with { Status = "closed", Priority = "urgent" });
        yield return ("messaging_thread_assigned", Staff, all with { Status = "closed", AssignedTo = "me" });
        yield return ("messaging_thread_status", Staff, all with { Status = "open" });
        yield return ("messaging_thread_category", Staff, all with { Category = "billing" });
        yield return ("messaging_thread_priority", Staff, all with { Priority = "urgent" });
        yield return ("messaging_thread_assigned", Staff, all with { AssignedTo = "me" });
        // Unassigned threads may be most of all: PostgreSQL may take them in the order of the list.
        yield return ("messaging_thread_assigned or messaging_thread_recent", Staff, all with { AssignedTo = "none" });
        yield return ("messaging_thread_team", Staff, all with { Team = "night" });
        yield return ("messaging_thread_patient", Staff, all with { Patient = "p1" });
        yield return ("messaging_thread_overdue", Staff, all with { Overdue = true });
        yield return ("messaging_thread_labelled", Staff, all with { Label = "vip" });
        // By the end of the snooze, or by the order of the list: each leads to the few that are snoozed.
        yield return ("messaging_thread_asleep or messaging_thread_snoozed", Staff, all with { Snoozed = true });
        yield return ("messaging_follow", Staff, all with { Following = true });
        yield return ("messaging_member", Driver, all);
        yield return ("messaging_member", Driver, all with { Status = "open" });
    }

    [Fact]
    public async Task Each_filter_of_the_inbox_is_led_by_its_index()
    {
        var clinic = await house.NewClinic();
        await clinic.Change(Threads, clinic.Tenant.Value);
        if (engine == Engine.Postgres) await clinic.Change(new Statement(sqlite: "select 1", postgres: "analyze messaging_thread"));

        foreach (var (index, sight, filter) in Filters())
        {
            var plan = await Explain(clinic, sight, filter);

            var lead = plan.First(line => line.Contains("messaging_", StringComparison.Ordinal) && !IsLookup(line));
            Assert.True(
                index.Split(" or ").Any(name => lead.Contains(name, StringComparison.Ordinal))
                    || (engine == Engine.Sqlite && IsPrimary(index, lead)),
                $"{filter} is led by {lead}, not {index}:\n{string.Join('\n', plan)}");
            Assert.DoesNotContain(
                plan, line => line.Contains("Seq Scan", StringComparison.Ordinal) || line.StartsWith("SCAN t", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_leads_to_few_threads_does_not_walk_the_list()
    {
        var clinic = await house.NewClinic();
        await clinic.Change(Threads, clinic.Tenant.Value);
        if (engine == Engine.Postgres) await clinic.Change(new Statement(sqlite: "select 1", postgres: "analyze messaging_thread"));
        var all = new ThreadFilter();
        (ThreadSight Sight, ThreadFilter Filter)[] led =
        [
            (Staff, all with { Unread = true }), (Staff, all with { Kind = "patient", Unread = true, Snoozed = false, Status = "open" }),
            (Staff, all with { Following = true }), (Driver, all),
        ];

        foreach (var (sight, filter) in led)
        {
            var plan = await Explain(clinic, sight, filter);

            // PostgreSQL takes the few by their key, or a small table whole.
            Assert.DoesNotContain(plan, line => line.Contains("messaging_thread_recent", StringComparison.Ordinal));
            if (engine == Engine.Sqlite) Assert.DoesNotContain(plan, line => line.StartsWith("SCAN t", StringComparison.Ordinal));
        }
    }

    private async Task<List<string>> Explain(Clinic clinic, ThreadSight sight, ThreadFilter filter)
    {
        var how = engine == Engine.Sqlite ? "explain query plan" : "explain";
        var statement = ListSql.With(list => $"{how} {ThreadPageSql.TextOf(sight, filter, list)}");
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["me"] = "me", ["tenant_id"] = clinic.Tenant.Value, ["at"] = long.MaxValue, ["id"] = "", ["now"] = 1L, ["reads_notes"] = true,
            ["names"] = """["me"]""", ["readers"] = """["me"]""", ["categories"] = """["general"]""", ["is_staff"] = true, ["limit"] = 51L, ["skip"] = 0L,
        };
        return await house.Get<Storage.Database>().Query(
            statement, [.. statement.Parameters.Select(name => values.GetValueOrDefault(name) ?? filter.Value(name))],
            row => row.GetString(engine == Engine.Sqlite ? 3 : 0), default);
    }

    // Rows of one thread that is already found.
    private static bool IsLookup(string line) => line.Contains("messaging_mark", StringComparison.Ordinal)
        || line.Contains("messaging_message", StringComparison.Ordinal) || line.Contains("messaging_note", StringComparison.Ordinal);

    // SQLite names tables by their aliases and primary keys by a number.
    private static bool IsPrimary(string table, string lead) => lead.Contains($"sqlite_autoindex_{table}_1", StringComparison.Ordinal);

    private static readonly Statement Threads = new("""
        insert into messaging_thread (
          tenant_id, thread_id, kind, patient_id, category, priority, status, assigned_to, members, created_by, created_at, last_sequence,
          last_note, last_message_at, version, labels, overdue_at, snoozed_until, team)
        with recursive n (i) as (select 1 union all select i + 1 from n where i < 20000)
        select @tenant_id, 't' || cast(i as text), 'patient', 'p' || cast(i % 500 as text),
          case when i % 50 = 0 then 'billing' else 'general' end, case when i % 90 = 0 then 'urgent' else 'normal' end,
          case when i % 40 = 0 then 'open' else 'closed' end, case when i % 60 = 0 then 'me' when i % 700 = 1 then null else 'u' end, 'x', 'x',
          i, 1, 0, i, 1, case when i % 70 = 0 then 'vip' else '' end, case when i % 80 = 0 then i end, case when i % 85 = 0 then i end,
          case when i % 75 = 0 then 'night' end
        from n
        """);
}

public sealed class ThreadPagePlansOnSqlite(SqliteHouse house) : ThreadPagePlanTests(house, Engine.Sqlite);

public sealed class ThreadPagePlansOnPostgres(PostgresHouse house) : ThreadPagePlanTests(house, Engine.Postgres);

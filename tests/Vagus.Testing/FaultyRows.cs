using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Testing;

/// <summary>
/// Tables of which the n-th row that is written throws, while they are armed: within one transaction, or for all. What is undone counts
/// again from the first.
/// </summary>
public static class FaultyRows
{
    private static readonly string[] Doings = ["insert", "update", "delete"];

    public static async Task Install(GroupCommit commit, params string[] tables)
    {
        await Run(commit, new Statement("create table test_fault (armed bigint, n bigint, stop bigint)"));
        await Run(commit, new Statement("insert into test_fault (armed, n, stop) values (0, 0, 0)"));
        await Run(commit, new Statement("", """
            create function test_fault() returns trigger language plpgsql as '
            begin
              if (select armed from test_fault) = 1 then
                update test_fault set n = n + 1;
                if (select n >= stop from test_fault) then raise exception ''on purpose''; end if;
              end if;
              if tg_op = ''DELETE'' then return old; end if;
              return new;
            end'
            """));
        foreach (var table in tables)
        {
            foreach (var doing in Doings) await Run(commit, TriggerOf(table, doing));
        }
    }

    /// <summary>In a write: until it is disarmed in the same one.</summary>
    public static async ValueTask Arm(WriteTransaction write, int stop, CancellationToken cancel) =>
        await write.Execute(ArmAt, [(long)stop], cancel);

    /// <summary>What the write kept back is written before.</summary>
    public static async ValueTask Disarm(WriteTransaction write, CancellationToken cancel) => await write.Execute(EndArmed, [], cancel);

    /// <summary>For every write from now on.</summary>
    public static Task Arm(GroupCommit commit, int stop) => Run(commit, ArmAt, (long)stop);

    public static Task Disarm(GroupCommit commit) => Run(commit, EndArmed);

    private static Statement TriggerOf(string table, string doing) => new(
        $"""
        create trigger fault_{table}_{doing} before {doing} on {table} when (select armed from test_fault) = 1
        begin
          update test_fault set n = n + 1;
          select raise(abort, 'on purpose') from test_fault where n >= stop;
        end
        """,
        $"create trigger fault_{table}_{doing} before {doing} on {table} for each row execute function test_fault()");

    private static async Task Run(GroupCommit commit, Statement statement, params object?[] values)
    {
        var done = await commit.Write<int>(
            new TenantId(""), async (write, cancel) => await write.Execute(statement, values, cancel), default);
        if (done.IsRefused) throw new InvalidOperationException("The faults were not changed.");
    }

    private static readonly Statement ArmAt = new("update test_fault set armed = 1, n = 0, stop = @stop");
    private static readonly Statement EndArmed = new("update test_fault set armed = 0");
}

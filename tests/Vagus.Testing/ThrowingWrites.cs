using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Testing;

/// <summary>A tenant whose rows of a table cannot be deleted: each write that tries throws.</summary>
public static class ThrowingWrites
{
    public static async Task Begin(GroupCommit commit, string table, TenantId tenant)
    {
        await Run(commit, new Statement("", $"""
            create function throw_{table}() returns trigger language plpgsql as 'begin raise exception ''on purpose''; end'
            """));
        await Run(commit, new Statement(
            $"""
            create trigger throw_{table} before delete on {table} when old.tenant_id = '{tenant.Value}'
            begin select raise(abort, 'on purpose'); end
            """,
            $"""
            create trigger throw_{table} before delete on {table} for each row when (old.tenant_id = '{tenant.Value}')
            execute function throw_{table}()
            """));
    }

    private static async Task Run(GroupCommit commit, Statement statement)
    {
        var made = await commit.Write<int>(
            new TenantId(""), async (write, cancel) => await write.Execute(statement, [], cancel), default);
        if (made.IsRefused) throw new InvalidOperationException("The trigger was not made.");
    }
}

using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Testing;

/// <summary>A tenant whose rows of a table cannot be deleted, or updated: each write that tries throws.</summary>
public static class ThrowingWrites
{
    /// <param name="commit">Of the database.</param>
    /// <param name="table">Whose rows.</param>
    /// <param name="tenant">Of which tenant.</param>
    /// <param name="doing">What throws: <c>delete</c> or <c>update</c>.</param>
    public static async Task Begin(GroupCommit commit, string table, TenantId tenant, string doing = "delete")
    {
        await Run(commit, new Statement("", $"""
            create function throw_{table}() returns trigger language plpgsql as 'begin raise exception ''on purpose''; end'
            """));
        await Run(commit, new Statement(
            $"""
            create trigger throw_{table} before {doing} on {table} when old.tenant_id = '{tenant.Value}'
            begin select raise(abort, 'on purpose'); end
            """,
            $"""
            create trigger throw_{table} before {doing} on {table} for each row when (old.tenant_id = '{tenant.Value}')
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

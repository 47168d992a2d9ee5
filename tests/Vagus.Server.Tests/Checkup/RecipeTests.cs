using System.Text.RegularExpressions;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Checkup;

/// <summary>The statements of docs/operations/sql.md run on the schema as it is.</summary>
public sealed partial class RecipeTests
{
    [Fact]
    public async Task Each_statement_of_the_operators_page_runs_on_PostgreSQL()
    {
        await using var server = await TestServer.Start($"--urls http://127.0.0.1:0 --postgres \"{await PostgresServer.NextDatabase()}\"");
        var page = await File.ReadAllTextAsync(Path.Combine(Sources.Root, "docs", "operations", "sql.md"));
        var statements = Block().Match(page).Groups["sql"].Value
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        Assert.True(statements.Length > 5, "The statements were not found.");
        foreach (var sql in statements)
            await server.Get<Database>().Query(new Statement(sql), [], row => row.FieldCount, default);
    }

    [GeneratedRegex("```sql(?<sql>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Block();
}

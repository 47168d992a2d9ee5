using Vagus.Storage.Moving;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Moving;

/// <summary>
/// A move knows every table that the schema has: a new one with a tenant's rows is moved by its <c>tenant_id</c>, or somebody has to say
/// how.
/// </summary>
public abstract class KnownTablesTests(KnownTables known)
{
    [Fact]
    public async Task Every_table_of_the_schema_is_moved_or_stays_for_a_reason()
    {
        var place = known.Place;

        var facts = MovePlan.For(await MovePlan.TablesOf(place.Facts, default), place.Tables, place.Families);
        var keys = MovePlan.For(await MovePlan.TablesOf(place.Keys, default), place.Tables, place.Families);

        Assert.InRange(facts.Tables.Count, 70, 200);
        Assert.Equal(["data_key", "key_retention", "legal_hold", "tenant_key"], keys.Tables.Select(table => table.Name));
        Assert.Equal("log_head", facts.Tables[^1].Name);
    }

    [Fact]
    public async Task Every_declaration_is_of_a_table_that_is_there()
    {
        var place = known.Place;

        var names = (await MovePlan.TablesOf(place.Facts, default)).Concat(await MovePlan.TablesOf(place.Keys, default))
            .Select(table => table.Key);

        Assert.Empty(place.Tables.Select(table => table.Name).Except(names, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("create table added (id text primary key, patient_id text not null)", "says of no row whose it is")]
    [InlineData("create table added (tenant_id text primary key, place_number bigint not null)", "place_number is a number of this database")]
    [InlineData("create table added (tenant_id text primary key, at timestamp not null)", "a column of the type")]
    public async Task A_table_that_the_move_does_not_know_refuses_every_move(string table, string reason)
    {
        var place = known.Place;
        await Run(place, table);
        try
        {
            var refused = await Assert.ThrowsAsync<MoveException>(
                async () => MovePlan.For(await MovePlan.TablesOf(place.Facts, default), place.Tables, place.Families));

            Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Run(place, "drop table added");
        }
    }

    private static async Task Run(MovePlace place, string script) => await place.Facts.Write(
        async session =>
        {
            await session.Run(script, default);
            return true;
        },
        alone: false, default);
}

/// <summary>A server with nothing but its schema.</summary>
public abstract class KnownTables(Engine engine) : IAsyncLifetime
{
    private TestServer? server;

    internal MovePlace Place => (server ?? throw new InvalidOperationException("The server is not started yet.")).Get<MovePlace>();

    public async ValueTask InitializeAsync()
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        server = await TestServer.Start(settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteTables() : KnownTables(Engine.Sqlite);

public sealed class PostgresTables() : KnownTables(Engine.Postgres);

public sealed class KnownTablesOnSqlite(SqliteTables known) : KnownTablesTests(known), IClassFixture<SqliteTables>;

public sealed class KnownTablesOnPostgres(PostgresTables known) : KnownTablesTests(known), IClassFixture<PostgresTables>;

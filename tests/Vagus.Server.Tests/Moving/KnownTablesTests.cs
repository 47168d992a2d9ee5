using Vagus.Storage.Moving;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Moving;

/// <summary>
/// A move knows every table that the schema has: a new one with a tenant's rows is moved by its <c>tenant_id</c>, or somebody has to say
/// how.
/// </summary>
public abstract class KnownTablesTests(Engine engine)
{
    [Fact]
    public async Task Every_table_of_the_schema_is_moved_or_stays_for_a_reason()
    {
        await using var server = await Start();
        var place = server.Get<MovePlace>();

        var facts = MovePlan.For(await MovePlan.TablesOf(place.Facts, default), place.Tables, place.Families);
        var keys = MovePlan.For(await MovePlan.TablesOf(place.Keys, default), place.Tables, place.Families);

        Assert.InRange(facts.Tables.Count, 70, 200);
        Assert.Equal(["data_key", "key_retention", "legal_hold", "tenant_key"], keys.Tables.Select(table => table.Name));
        Assert.Equal("log_head", facts.Tables[^1].Name);
    }

    [Fact]
    public async Task Every_declaration_is_of_a_table_that_is_there()
    {
        await using var server = await Start();
        var place = server.Get<MovePlace>();

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
        await using var server = await Start();
        var place = server.Get<MovePlace>();
        await place.Facts.Write(
            async session =>
            {
                await session.Run(table, default);
                return true;
            },
            alone: false, default);

        var refused = await Assert.ThrowsAsync<MoveException>(
            async () => MovePlan.For(await MovePlan.TablesOf(place.Facts, default), place.Tables, place.Families));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private async Task<TestServer> Start()
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        return await TestServer.Start(settings);
    }
}

public sealed class KnownTablesOnSqlite() : KnownTablesTests(Engine.Sqlite);

public sealed class KnownTablesOnPostgres() : KnownTablesTests(Engine.Postgres);

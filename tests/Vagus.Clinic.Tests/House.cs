using Vagus.Clinic.Tests;
using Vagus.Storage.Sql;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteHouse))]
[assembly: AssemblyFixture(typeof(PostgresHouse))]

namespace Vagus.Clinic.Tests;

/// <summary>The server, one per engine for the whole run: tests are kept apart by tenants.</summary>
public class House(Engine engine) : Testing.House(engine)
{
    public async Task<Clinic> NewClinic() => new(this, await AddTenant());
}

public sealed class SqliteHouse() : House(Engine.Sqlite);

public sealed class PostgresHouse() : House(Engine.Postgres);

using Vagus.Fhir.Api.Tests.Subscribing;
using Vagus.Storage.Sql;

[assembly: AssemblyFixture(typeof(SqliteSubscriptionServer))]
[assembly: AssemblyFixture(typeof(PostgresSubscriptionServer))]

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A server whose receivers may stand on this machine: one per engine for the whole run.</summary>
public class SubscriptionServer : FhirServer
{
    /// <param name="engine">Of the database.</param>
    /// <param name="clock">One that tests move; null: that of the machine.</param>
    /// <param name="besides">Another process on the same data.</param>
    public SubscriptionServer(Engine engine, TimeProvider? clock = null, FhirServer? besides = null)
        : base(engine, clock, besides) => Options = new FhirOptions { HooksOnPrivateNetwork = true };
}

public sealed class SqliteSubscriptionServer() : SubscriptionServer(Engine.Sqlite);

public sealed class PostgresSubscriptionServer() : SubscriptionServer(Engine.Postgres);

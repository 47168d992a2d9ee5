using Microsoft.Extensions.DependencyInjection;
using Vagus.Care.Alerts;
using Vagus.Fhir.Api.Tests.Charts;
using Vagus.Storage.Sql;

[assembly: AssemblyFixture(typeof(SqliteChartServer))]
[assembly: AssemblyFixture(typeof(PostgresChartServer))]

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>A server on which nothing raises alerts but the tests, which say when and of what (<see cref="Tell"/>).</summary>
public class ChartServer : FhirServer
{
    public ChartServer(Engine engine)
        : base(engine) => Also = WithoutAlerts;

    internal static void WithoutAlerts(IServiceCollection services) =>
        services.Remove(services.Single(each => each.ImplementationType == typeof(RaiseAlerts)));
}

public sealed class SqliteChartServer() : ChartServer(Engine.Sqlite);

public sealed class PostgresChartServer() : ChartServer(Engine.Postgres);

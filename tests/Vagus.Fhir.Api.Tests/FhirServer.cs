using Microsoft.Extensions.DependencyInjection;
using Vagus.Fhir.Api.Tests;
using Vagus.Identity;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

[assembly: AssemblyFixture(typeof(CleanLog))]
[assembly: AssemblyFixture(typeof(SqliteFhirServer))]
[assembly: AssemblyFixture(typeof(PostgresFhirServer))]

namespace Vagus.Fhir.Api.Tests;

/// <summary>
/// The server, one per engine for the whole run: tests are kept apart by tenants, of which each makes its own (<see cref="Clinic"/>).
/// </summary>
public class FhirServer(Engine engine, TimeProvider? clock = null, FhirServer? besides = null) : IAsyncLifetime
{
    private House? house;

    public HttpClient Http => House.Http;

    public Uri Address => House.Address;

    public FhirOptions Options { get; init; } = new();

    public IdentityOptions Identity { get; init; } = new HousePlan().Identity;

    /// <summary>What a test adds to the rooms.</summary>
    public Action<IServiceCollection> Also { get; init; } = _ => { };

    /// <summary>What the server has logged as an error or worse.</summary>
    public IReadOnlyCollection<string> Errors => [.. House.Log.Lines.Where(IsError)];

    public T Get<T>()
        where T : notnull => House.Get<T>();

    public async ValueTask InitializeAsync()
    {
        var plan = new HousePlan { Clock = clock ?? TimeProvider.System, Fhir = Options, Identity = Identity, Change = Also };
        house = new House(engine, plan, besides?.Get<StorageOptions>());
        await house.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (house is not null) await house.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal House House => house ?? throw new InvalidOperationException("The server is not started yet.");

    private static bool IsError(string line) =>
        line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Critical", StringComparison.Ordinal);
}

public sealed class SqliteFhirServer() : FhirServer(Engine.Sqlite);

public sealed class PostgresFhirServer() : FhirServer(Engine.Postgres);

using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Tests with a server of their own, whose clock they move.</summary>
public abstract class ClockedServerTests(Engine engine) : IAsyncLifetime
{
    private FhirServer? server;

    protected Engine Engine => engine;

    protected TestClock Clock { get; } = new();

    protected FhirServer Server => server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync()
    {
        server = NewServer();
        await server.InitializeAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected virtual FhirServer NewServer() => new SubscriptionServer(engine, Clock);
}

using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Log;

/// <summary>A read that cannot be recorded shows nothing.</summary>
public abstract class FailingObserverTests(Engine engine)
{
    private const string Secret = "Unrecorded";

    [Fact]
    public async Task A_read_that_cannot_be_recorded_is_not_answered()
    {
        await using var server = new FhirServer(engine) { Also = services => services.AddSingleton<IObserveReads, CannotRecord>() };
        await server.InitializeAsync();
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p1", Sample.Patient(Secret, "p1"))).Is(201);

        Answer[] answers =
        [
            await provider.Get("Patient/p1"),
            await provider.Get("Patient/p1/_history/1"),
            await provider.Get("Patient/p1/_history"),
            await provider.Bundle("batch", Sample.Get("Patient/p1")),
            await provider.Bundle("transaction", Sample.Put(Sample.Patient("Other", "p2"), "Patient/p2"), Sample.Get("Patient/p1")),
        ];

        Assert.All(answers, answer => Assert.Equal(500, answer.Status));
        Assert.All(answers, answer => Assert.DoesNotContain(Secret, answer.Text, StringComparison.Ordinal));
        (await provider.Get("Patient/p2")).Is(404);
        (await provider.Send(HttpMethod.Head, "/fhir/Patient/p1", body: (string?)null)).Is(200);
    }

    private sealed class CannotRecord : IObserveReads
    {
        public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "Patient" };

        public bool IsRecorded(Caller caller, JsonElement resource) => true;

        public ValueTask<EventData?> EventOf(ResourceRead read, WriteTransaction write, CancellationToken cancel) =>
            throw new InvalidOperationException("There is no room for it.");
    }
}

public sealed class FailingObserversOnSqlite() : FailingObserverTests(Engine.Sqlite);

public sealed class FailingObserversOnPostgres() : FailingObserverTests(Engine.Postgres);

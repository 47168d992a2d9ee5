using Vagus.Fhir.Store;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Log;

/// <summary>What a connection remembers of names is bounded, however long a client makes them.</summary>
public abstract class RememberedNameTests(FhirServer server)
{
    [Fact]
    public async Task A_long_system_is_remembered_by_its_digest()
    {
        var clinic = await Clinic.Open(server);
        var system = $"urn:{new string('x', 100_000)}";

        var numbers = await server.Get<GroupCommit>().Write<(long Given, long? Whole, long? Digest)>(
            clinic.Tenant,
            async (write, cancel) =>
            {
                var given = await Names.NumberOf(write, NameKind.System, system, cancel);
                return (given, Remembered(write, system), Remembered(write, IndexKey.OfPart(system)));
            },
            TestContext.Current.CancellationToken);

        Assert.Null(numbers.Value.Whole);
        Assert.Equal(numbers.Value.Given, numbers.Value.Digest);
    }

    private static long? Remembered(WriteTransaction write, string name) =>
        write.Remembered(new RememberedRow("fhir_name", write.Tenant.Value, (long)NameKind.System, name));
}

public sealed class RememberedNamesOnSqlite(SqliteFhirServer server) : RememberedNameTests(server);

public sealed class RememberedNamesOnPostgres(PostgresFhirServer server) : RememberedNameTests(server);

using System.Data.Common;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Bundles;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Bundles;

/// <summary>Where the database refuses a row of one write, the others of its group run again.</summary>
public abstract class RunAgainTests(FhirServer server)
{
    [Fact]
    public async Task A_transaction_that_runs_again_has_all_of_its_budget_for_bodies_again()
    {
        var clinic = await Clinic.Open(server);
        (await (await clinic.Provider()).Put("Patient/a", Sample.Patient("Somebody", "a"))).Is(201);
        var commit = server.Get<GroupCommit>();
        var (started, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = commit.Write<bool>(
            clinic.Tenant,
            async (_, _) =>
            {
                started.SetResult();
                await gate.Task;
                return true;
            },
            default).AsTask();
        await started.Task;

        // Waits for its turn when it returns: it has no condition to look up before. One body spends the budget.
        var transaction = server.Get<RunTransaction>().Run(CallOf(clinic, bytes: 10), [Get("Patient/a")]);
        var refused = commit.Write<bool>(
            clinic.Tenant,
            (write, _) =>
            {
                for (var n = 0; n < 2; n++) write.Insert(CursorRows, clinic.Tenant.Value, "same", 1L);
                return ValueTask.FromResult<Result<bool>>(true);
            },
            default).AsTask();
        gate.SetResult();

        await holding;
        await Assert.ThrowsAnyAsync<DbException>(() => refused);
        Assert.Equal(200, (await transaction).Status);
    }

    private static FhirCall CallOf(Clinic clinic, long bytes)
    {
        var caller = new Caller(clinic.Tenant, new UserId("u"), Role.Provider, new SessionId("s"));
        return new FhirCall(caller, Reach.Of(caller, TenantNarrowing.None, ceiling: null), "http://localhost/fhir", OwnBases.None, TimeProvider.System)
        {
            Bodies = new BodyBudget(bytes),
        };
    }

    private static BundleEntry Get(string url)
    {
        using var entry = JsonDocument.Parse(Sample.Get(url));
        return BundleEntry.Read(entry.RootElement.Clone(), 0, TimeProvider.System).Value;
    }

    private static readonly InsertInto CursorRows = new(
        "log_cursor", ("tenant_id", ColumnType.Text), ("consumer", ColumnType.Text), ("position", ColumnType.BigInt));
}

public sealed class RunAgainOnSqlite(SqliteFhirServer server) : RunAgainTests(server);

public sealed class RunAgainOnPostgres(PostgresFhirServer server) : RunAgainTests(server);

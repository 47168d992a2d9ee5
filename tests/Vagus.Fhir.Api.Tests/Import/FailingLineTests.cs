using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Imports;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Import;

/// <summary>A defect of the server that one line meets costs that line, and the import goes on behind it.</summary>
public abstract class FailingLineTests(Engine engine)
{
    private const string Fatal = "fatal";

    [Fact]
    public async Task A_line_at_which_the_server_fails_is_told_and_passed()
    {
        await using var server = new FhirServer(engine) { Also = services => services.AddSingleton<IDeriveEvents, FailsAtOne>() };
        await server.InitializeAsync();
        var clinic = await Clinic.Open(server);
        var lines = string.Join('\n', Sample.Patient("A", "a"), Sample.Patient("Secret", Fatal), Sample.Patient("B", "b"));
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(lines));
        var told = new List<RefusedLine>();

        var done = await server.Get<ImportResources>().Run(
            clinic.Tenant, file, _ => { }, told.Add, TestContext.Current.CancellationToken);

        Assert.Equal((3, 2, 1, true), (done.Value.Lines, done.Value.Stored, done.Value.Refused, done.Value.Done));
        var line = Assert.Single(told);
        Assert.Equal(2, line.Number);
        Assert.Contains(nameof(InvalidOperationException), line.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("Secret", line.Reason, StringComparison.Ordinal);
        Assert.Equal(["b", "a"], (await (await clinic.Admin()).Get("Patient")).Is(200).Ids);
    }

    private sealed class FailsAtOne : IDeriveEvents
    {
        public ValueTask Derive(Derivation derivation, CancellationToken cancel) => derivation.Changes.Find("Patient", Fatal) is not null
            ? throw new InvalidOperationException("Secret") : ValueTask.CompletedTask;
    }
}

public sealed class FailingLinesOnSqlite() : FailingLineTests(Engine.Sqlite);

public sealed class FailingLinesOnPostgres() : FailingLineTests(Engine.Postgres);

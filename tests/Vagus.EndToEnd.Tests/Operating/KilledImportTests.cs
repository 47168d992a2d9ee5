using System.Globalization;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>An import that is killed goes on where its last part was committed, beside a server at work.</summary>
public abstract class KilledImportTests(Engine engine)
{
    private const int Lines = 6_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly int[] KilledAfter = [1, 1_500, 3_500];

    [Fact]
    public async Task Killed_again_and_again_an_import_stores_each_line_once()
    {
        await using var server = await RunningServer.Start(engine);
        Assert.Equal(0, await Count(server, Versions));
        var file = await Write(server.Data.Folder);

        var places = new List<long>();
        foreach (var lines in KilledAfter) places.Add(await KillImport(server, file, lines));
        await using var last = Import(server, file);
        Assert.True(await last.Ended(Limit) == 0, last.Said);

        var told = string.Create(CultureInfo.InvariantCulture, $"{Lines} lines, {Lines} stored, 0 refused");
        Assert.Contains(told, last.Said, StringComparison.Ordinal);
        Assert.Equal(Lines, await Count(server, Versions));
        Assert.Equal(Lines, await Count(server, Told));
        using var admin = server.SignIn("admin");
        Assert.Equal(Lines, (int)(await admin.Get("/fhir/Patient?_summary=count")).Json["total"]!);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{engine}: an import of {Lines} lines killed behind {string.Join(", ", places)}: each is stored once"));
    }

    /// <summary>Kills it when more than so many lines are committed, and answers how many are.</summary>
    private static async Task<long> KillImport(RunningServer server, string file, int lines)
    {
        await using var import = Import(server, file);
        await Condition.Becomes(
            async () => await Count(server, Place) >= lines || import.HasExited, "the import goes on", () => import.Said, Limit);
        Assert.False(import.HasExited, import.Said);
        await import.Kill();
        var place = await Count(server, Place);
        Assert.InRange(place, lines, Lines - 1);
        Assert.Equal(place, await Count(server, Versions));
        return place;
    }

    private static ChildProcess Import(RunningServer server, string file) => ChildProcess.Start(
        ["dotnet", Programs.Server, "import", Clinic.Tenant, file, "--data", server.Data.Folder], server.Data.Environment);

    private static async Task<string> Write(string folder)
    {
        var file = Path.Combine(folder, "patients.ndjson");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, Lines).Select(
            number => $$"""{"resourceType":"Patient","id":"{{Id(number)}}","name":[{"family":"Bulk"}]}"""));
        return file;
    }

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"bulk-{number}");

    private static async Task<long> Count(RunningServer server, Statement statement) =>
        await server.Data.Database.QueryOne(statement, [Clinic.Tenant], row => row.GetInt64(0), CancellationToken.None);

    private static readonly Statement Place = new("select coalesce(sum(lines), 0) from bulk_import where tenant_id = @tenant_id");

    private static readonly Statement Versions = new("select count(*) from fhir_version where tenant_id = @tenant_id");

    private static readonly Statement Told = new("""
        select count(*)
        from event
        where tenant_id = @tenant_id
          and type = 'patient.created'
        """);
}

public sealed class KilledImportOnSqlite() : KilledImportTests(Engine.Sqlite);

public sealed class KilledImportOnPostgres() : KilledImportTests(Engine.Postgres);

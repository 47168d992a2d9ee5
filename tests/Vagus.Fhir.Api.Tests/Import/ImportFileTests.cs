using System.Text;
using Vagus.Fhir.Imports;

namespace Vagus.Fhir.Api.Tests.Import;

/// <summary>Files of NDJSON: what is stored, what is told, and that an import goes on where it was broken off.</summary>
public abstract class ImportFileTests(FhirServer server)
{
    private static readonly string[] Broken =
    [
        "", "not json", """{"resourceType":"Patient","id":"x","birthDate":"soon"}""", """{"resourceType":"AuditEvent"}""",
        """{"resourceType":"Patient","id":"not an id"}""", """{"no":"type"}""",
    ];

    [Fact]
    public async Task Lines_are_stored_under_their_ids_and_refused_ones_are_told_without_their_content()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        var told = new List<RefusedLine>();

        var done = await Run(clinic, File([Sample.Patient("A", "a"), .. Broken, Sample.Observation("Patient/a", id: "o"), Sample.Patient("B")]), told);

        Assert.Equal(new ImportProgress(done.Place, 9, 3, 5, Done: true), done);
        Assert.Equal([3, 4, 5, 6, 7], told.Select(line => line.Number));
        Assert.DoesNotContain(told, line => line.Reason.Contains("soon", StringComparison.Ordinal));
        Assert.Equal(["o"], (await admin.Get("Observation?subject=Patient/a")).Is(200).Ids);
        Assert.Equal(2, (await admin.Get("Patient?_summary=count")).Total);
        var log = await Auditing.AuditedAccess.Of(clinic);
        Assert.Equal(3, log.Count(entry => entry.Action is "create" or "update"));
    }

    [Fact]
    public async Task An_import_that_was_broken_off_goes_on_and_stores_nothing_twice()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        var file = File([.. Enumerable.Range(0, 450).Select(number => Sample.Patient($"P{number}"))]);
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Run(clinic, file, [], _ => stop.Cancel(), stop.Token));
        Assert.Equal(200, (await admin.Get("Patient?_summary=count")).Total);
        var steps = new List<long>();
        var done = await Run(clinic, file, [], progress => steps.Add(progress.Lines));

        Assert.Equal([400, 450, 450], steps);
        Assert.Equal(450, done.Stored);
        Assert.Equal(450, (await admin.Get("Patient?_summary=count")).Total);
        Assert.True((await Run(clinic, file, [])).Done);
        Assert.Equal(450, (await admin.Get("Patient?_summary=count")).Total);
    }

    [Fact]
    public async Task Nothing_is_imported_for_an_organization_that_there_is_not()
    {
        using var content = new MemoryStream(File([Sample.Patient("A", "a")]));

        var none = await server.Get<ImportResources>().Run(
            new Kernel.TenantId("nobody"), content, _ => { }, _ => { }, TestContext.Current.CancellationToken);

        Assert.Equal("tenant_not_found", none.Refusal?.Code);
    }

    [Fact]
    public async Task A_line_that_is_refused_in_its_turn_leaves_the_others()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Provenance/s", Sample.Provenance("Patient/p", id: "s"))).Is(201);
        var told = new List<RefusedLine>();

        var done = await Run(
            clinic, File([Sample.Patient("A", "a"), Sample.Provenance("Patient/p", id: "s"), Sample.Patient("B", "b")]), told);

        Assert.Equal((2, 1), (done.Stored, done.Refused));
        Assert.Equal([2], told.Select(line => line.Number));
        Assert.Equal(["b", "a", "p"], (await admin.Get("Patient")).Is(200).Ids);
    }

    private async Task<ImportProgress> Run(
        Clinic clinic, byte[] file, List<RefusedLine> told, Action<ImportProgress>? after = null, CancellationToken cancel = default)
    {
        using var content = new MemoryStream(file);
        return (await server.Get<ImportResources>().Run(clinic.Tenant, content, after ?? (_ => { }), told.Add, cancel)).Value;
    }

    private static byte[] File(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Join('\n', lines));
}

public sealed class ImportFilesOnSqlite(SqliteFhirServer server) : ImportFileTests(server);

public sealed class ImportFilesOnPostgres(PostgresFhirServer server) : ImportFileTests(server);

using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.Api.Tests.Exports;
using Vagus.Fhir.Imports;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Import;

/// <summary>
/// Synthetic patients through the bulk import and out again by the bulk export. Without more, copies of the two smallest records;
/// <c>VAGUS_BULK_COPIES</c> takes that many of all, and the test's output tells times and memory.
/// </summary>
public abstract class BulkTests(FhirServer server)
{
    private const int SmallCopies = 2;

    [Fact]
    public async Task What_is_imported_in_bulk_is_exported_as_it_came()
    {
        var asked = Environment.GetEnvironmentVariable("VAGUS_BULK_COPIES");
        var copies = asked is null ? SmallCopies : int.Parse(asked, CultureInfo.InvariantCulture);
        IEnumerable<string> files = SampleData.SyntheaBundles().OrderBy(file => new FileInfo(file).Length);
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        var records = new CopiedRecords();
        var path = Path.GetTempFileName();
        await using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose,
        });
        await records.Write(file, [.. asked is null ? files.Take(SmallCopies) : files], copies);

        var (imported, importing) = await Measured(() => Import(clinic, file, records.Hashes.Count));
        var (manifest, exporting) = await Measured(() => Export(admin, records));

        Assert.Equal((records.Hashes.Count, 0), (imported.Stored, imported.Refused));
        await IsWhatCame(admin, manifest, records);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{records.Hashes.Count} resources, {records.Bytes / 1e6:F1} MB: import {importing}, export {exporting}"));
    }

    /// <summary>Broken off at half of it, and gone on with.</summary>
    private async Task<ImportProgress> Import(Clinic clinic, FileStream file, int lines)
    {
        var import = server.Get<ImportResources>();
        using var stop = new CancellationTokenSource();
        file.Position = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await import.Run(
            clinic.Tenant, file, progress =>
            {
                if (progress.Lines > lines / 2) stop.Cancel();
            },
            line => Assert.Fail(line.Reason), stop.Token));
        file.Position = 0;
        var done = await import.Run(
            clinic.Tenant, file, _ => { }, line => Assert.Fail(line.Reason), TestContext.Current.CancellationToken);
        return done.Value;
    }

    private static async Task<JsonElement> Export(Person admin, CopiedRecords records)
    {
        var status = await ExportTests.Begin(admin, $"$export?_type={string.Join(',', records.Types)}");
        while (true)
        {
            // Each call works for some seconds.
            var answer = await admin.Get(status);
            if (answer.Status != 202) return answer.Is(200).Json;
        }
    }

    private static async Task IsWhatCame(Person admin, JsonElement manifest, CopiedRecords records)
    {
        var left = new Dictionary<string, string>(records.Hashes, StringComparer.Ordinal);
        foreach (var file in manifest.GetProperty("output").EnumerateArray())
        {
            var text = (await admin.Get(file.GetProperty("url").GetString()!)).Is(200).Text;
            foreach (var line in text.AsSpan().EnumerateLines())
            {
                if (line.IsEmpty) continue;
                var resource = JsonElement.Parse(line);
                Assert.True(left.Remove(CopiedRecords.ReferenceOf(resource), out var hash));
                Assert.Equal(hash, CopiedRecords.HashOf(resource));
            }
        }

        Assert.Empty(left);
    }

    /// <summary>The result with the time it took and the most memory that the process, which is server and test, had meanwhile.</summary>
    private static async Task<(T Result, string Cost)> Measured<T>(Func<Task<T>> work)
    {
        using var process = Process.GetCurrentProcess();
        var most = 0L;
        using var watch = new Timer(
            _ =>
            {
                process.Refresh();
                most = Math.Max(most, process.WorkingSet64);
            },
            null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        var began = Stopwatch.GetTimestamp();
        var result = await work();
        var took = Stopwatch.GetElapsedTime(began);
        return (result, string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds:F1} s, at most {most / 1e6:F0} MB"));
    }
}

public sealed class BulkOnSqlite(SqliteFhirServer server) : BulkTests(server);

public sealed class BulkOnPostgres(PostgresFhirServer server) : BulkTests(server);

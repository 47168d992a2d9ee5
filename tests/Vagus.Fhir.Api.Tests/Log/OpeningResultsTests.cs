using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Log;

/// <summary><c>lab.result.viewed</c>: every way by which a person reads one laboratory report is in the log.</summary>
public abstract class OpeningResultsTests(FhirServer server)
{
    private const string Path = "DiagnosticReport/r";

    [Theory]
    [InlineData(Path, 2)]
    [InlineData($"{Path}/_history/1", 1)]
    [InlineData($"{Path}/_history", 2)]
    public async Task A_person_who_reads_a_report_has_opened_the_version_that_it_saw(string path, int version)
    {
        var (clinic, provider) = await WithReport();

        (await provider.Get(path)).Is(200);

        var viewed = Assert.Single(await Viewed(clinic));
        Assert.Equal(
            ($"{Path}/_history/{version}", "r", "p1"), (Text(viewed, "resource"), Text(viewed, "reportId"), Text(viewed, "patientId")));
    }

    [Fact]
    public async Task A_version_that_a_person_reads_again_on_the_same_day_is_told_once_and_audited_each_time()
    {
        var (clinic, provider) = await WithReport();
        var colleague = await clinic.Provider();

        for (var time = 0; time < 3; time++)
        {
            (await provider.Get(Path)).Is(200);
            (await provider.Get($"{Path}/_history/1")).Is(200);
        }

        (await colleague.Get(Path)).Is(200);

        Assert.Equal(
            [$"{Path}/_history/2", $"{Path}/_history/1", $"{Path}/_history/2"],
            (await Viewed(clinic)).Select(viewed => Text(viewed, "resource")));
        var audited = await clinic.Server.Get<AuditReader>().Search(
            clinic.Tenant, new AuditFilter { Resource = Path }, before: null, count: 100, CancellationToken.None);
        Assert.Equal(7, audited.Entries.Count(each => each.Entry.Action is AuditActions.Read or AuditActions.ReadVersion));
    }

    [Fact]
    public async Task Each_page_of_a_history_opens_the_newest_version_that_it_shows()
    {
        var (clinic, provider) = await WithReport();

        var first = (await provider.Get($"{Path}/_history?_count=1")).Is(200);
        (await provider.Get(first.Next!)).Is(200);

        Assert.Equal(
            [$"{Path}/_history/2", $"{Path}/_history/1"], (await Viewed(clinic)).Select(viewed => Text(viewed, "resource")));
    }

    [Theory]
    [InlineData("batch", Path, 2)]
    [InlineData("batch", $"{Path}/_history/1", 1)]
    [InlineData("transaction", Path, 2)]
    [InlineData("transaction", $"{Path}/_history/1", 1)]
    public async Task A_read_inside_a_bundle_opens_too(string type, string path, int version)
    {
        var (clinic, provider) = await WithReport();

        Assert.Equal(["200", "200"], (await provider.Bundle(type, Sample.Get("Patient/p1"), Sample.Get(path))).Is(200).Statuses);

        Assert.Equal($"{Path}/_history/{version}", Text(Assert.Single(await Viewed(clinic)), "resource"));
        Assert.All(
            (await clinic.Log()).Where(logged => logged.Type == "lab.result.viewed"), logged => Assert.Equal("p1", logged.Patient?.Value));
    }

    [Theory]
    [InlineData("""{"coding":[{"system":"http://snomed.info/sct","code":"108252007"}]}""", 1, 1)]
    [InlineData("""{"coding":[{"code":"BLB"}]}""", 1, 1)]
    [InlineData("""{"text":"Laboratory"}""", 1, 1)]
    [InlineData("""{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"RAD"}]}""", 1, 0)]
    [InlineData("""{"coding":[{"system":"http://example.org/our-own","code":"LAB"}]}""", 0, 0)]
    public async Task A_report_of_the_laboratory_or_of_imaging_is_opened_by_the_category_that_its_events_are_derived_by(
        string category, int opened, int available)
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var report = Report("r", "LAB").Replace("""{"coding":[{"code":"LAB"}]}""", category, StringComparison.Ordinal);
        (await provider.Put(Path, report)).Is(201);

        (await provider.Get(Path)).Is(200);

        Assert.Equal(opened, (await Viewed(clinic)).Count);
        Assert.Equal(available, (await clinic.Log()).Count(logged => logged.Type == "lab.result.available"));
    }

    [Fact]
    public async Task What_shows_no_report_opens_none()
    {
        var (clinic, provider) = await WithReport();
        (await provider.Put("DiagnosticReport/other", Report("other", "OTH"))).Is(201);

        (await provider.Send(HttpMethod.Head, $"/fhir/{Path}", body: (string?)null)).Is(200);
        (await provider.Get("DiagnosticReport")).Is(200);
        (await provider.Get("DiagnosticReport/other")).Is(200);
        (await provider.Get(Path, request => request.Headers.TryAddWithoutValidation("If-None-Match", "W/\"2\""))).Is(304);
        (await provider.Bundle("batch", Sample.Get("DiagnosticReport?patient=p1"), Sample.Get("DiagnosticReport/nobody"))).Is(200);
        (await provider.Bundle("transaction", Sample.Get(Path), Sample.Get("DiagnosticReport/nobody"))).Is(404);
        (await (await clinic.Has(Role.Service)).Get(Path)).Is(200);
        (await (await clinic.Patient("p2")).Get(Path)).Is(404);

        Assert.Empty(await Viewed(clinic));
    }

    [Fact]
    public async Task A_report_of_a_patient_by_an_own_absolute_url_is_opened_also_through_another_address()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        var report = Report("r", "LAB").Replace("Patient/p1", "http://clinic.example/fhir/Patient/p1", StringComparison.Ordinal);
        (await provider.Put(Path, report, request => request.Headers.Host = "clinic.example")).Is(201);

        (await provider.Get(Path)).Is(200);

        Assert.Equal("p1", Text(Assert.Single(await Viewed(clinic)), "patientId"));
    }

    private async Task<(Clinic Clinic, Person Provider)> WithReport()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/p1", Sample.Patient("P", "p1"))).Is(201);
        (await provider.Put(Path, Report("r", "LAB"))).Is(201);
        (await provider.Put(Path, Report("r", "LAB"))).Is(200);
        return (clinic, provider);
    }

    private static async Task<List<JsonElement>> Viewed(Clinic clinic) =>
        [.. (await clinic.Log()).Where(logged => logged.Type == "lab.result.viewed").Select(logged => JsonElement.Parse(logged.Body))];

    private static string? Text(JsonElement data, string name) => data.GetProperty(name).GetString();

    private static string Report(string id, string category) =>
        $$$$"""{"resourceType":"DiagnosticReport","id":"{{{{id}}}}","status":"final","category":[{"coding":[{"code":"{{{{category}}}}"}]}],"code":{"text":"x"},"subject":{"reference":"Patient/p1"}}""";
}

public sealed class OpeningResultsOnSqlite(SqliteFhirServer server) : OpeningResultsTests(server);

public sealed class OpeningResultsOnPostgres(PostgresFhirServer server) : OpeningResultsTests(server);

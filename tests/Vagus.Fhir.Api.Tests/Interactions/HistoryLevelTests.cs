using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>Histories of a type and of the whole system: what was written, newest first, to whom a read of each would show it.</summary>
public abstract class HistoryLevelTests(FhirServer server)
{
    [Fact]
    public async Task The_history_of_a_type_has_all_versions_of_its_resources_newest_first()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        await Written(provider);

        var history = (await provider.Get("Patient/_history")).Is(200);

        Assert.Equal("history", history.Json.GetProperty("type").GetString());
        Assert.Equal(["PUT Patient/a 3", "DELETE Patient/b 2", "PUT Patient/a 2", "PUT Patient/b 1", "PUT Patient/a 1"], Lines(history));
    }

    [Fact]
    public async Task The_history_of_the_system_has_all_types()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        await Written(provider);

        var history = (await provider.Get("_history")).Is(200);

        Assert.Equal(
            [
                "PUT Patient/a 3", "DELETE Patient/b 2", "PUT Observation/o 1", "PUT Patient/a 2", "PUT Patient/b 1", "PUT Patient/a 1",
            ],
            Lines(history));
    }

    [Theory]
    [InlineData("Patient/_history", 5)]
    [InlineData("_history", 6)]
    [InlineData("Patient/a/_history", 3)]
    public async Task Pages_neither_repeat_nor_skip_and_end(string path, int versions)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        await Written(provider);
        var whole = Lines((await provider.Get(path)).Is(200));

        var paged = new List<string>();
        for (var next = $"{path}?_count=2"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            Assert.InRange(page.Entries.Count, 1, 2);
            paged.AddRange(Lines(page));
            next = page.Next;
            // What is written meanwhile is newer than every page that follows.
            (await provider.Put("Patient/later", Sample.Patient("Later", "later"))).Is(paged.Count <= 2 ? 201 : 200);
        }

        Assert.Equal(versions, whole.Count);
        Assert.Equal(whole, paged);
    }

    [Fact]
    public async Task A_cursor_is_good_for_its_own_request_only()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        await Written(provider);
        var next = (await provider.Get("Patient/_history?_count=2")).Is(200).Next!;
        var elsewhere = await (await Clinic.Open(server)).Provider();
        await Written(elsewhere);

        (await provider.Get(next.Replace("_count=2", "_count=3", StringComparison.Ordinal))).IsRefused(400, "invalid");
        (await provider.Get(next.Replace("/Patient/_history", "/_history", StringComparison.Ordinal))).IsRefused(400, "invalid");
        (await provider.Get($"{next}0")).IsRefused(400, "invalid");
        (await elsewhere.Get(next)).IsRefused(400, "invalid");
        (await provider.Get("Patient/_history?_cursor=7")).IsRefused(400, "invalid");
    }

    [Theory]
    [InlineData("Patient/_history")]
    [InlineData("_history")]
    [InlineData("Patient/a/_history")]
    public async Task Since_and_at_choose_by_time(string path)
    {
        var clock = new TestClock(new DateTimeOffset(2031, 3, 7, 10, 0, 30, TimeSpan.Zero));
        await using var own = new FhirServer(server is SqliteFhirServer ? Storage.Sql.Engine.Sqlite : Storage.Sql.Engine.Postgres, clock);
        await own.InitializeAsync();
        var provider = await (await Clinic.Open(own)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("One", "a"))).Is(201);
        clock.Advance(TimeSpan.FromMinutes(1));
        (await provider.Put("Patient/a", Sample.Patient("Two", "a"))).Is(200);
        clock.Advance(TimeSpan.FromMinutes(1));
        (await provider.Put("Patient/a", Sample.Patient("Three", "a"))).Is(200);

        Assert.Equal(["PUT Patient/a 3", "PUT Patient/a 2"], Lines((await provider.Get($"{path}?_since=2031-03-07T10:01:00Z")).Is(200)));
        Assert.Equal(["PUT Patient/a 2"], Lines((await provider.Get($"{path}?_at=2031-03-07T10:01:31Z")).Is(200)));
        Assert.Equal(["PUT Patient/a 2", "PUT Patient/a 1"], Lines((await provider.Get($"{path}?_at=2031-03-07T10:01Z")).Is(200)));
        Assert.Empty(Lines((await provider.Get($"{path}?_at=2030")).Is(200)));
        (await provider.Get($"{path}?_at=yesterday")).IsRefused(400, "invalid");
    }

    [Fact]
    public async Task A_history_shows_each_version_to_whom_a_read_of_it_would_show_it()
    {
        var clinic = await Clinic.Open(server);
        var (sees, blind) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        var patient = await clinic.Patient("p");
        (await sees.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await sees.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        (await sees.Put("Observation/open", Sample.Observation("Patient/p", id: "open"))).Is(201);
        (await sees.Put("Observation/hidden", Sample.Observation("Patient/p", id: "hidden"))).Is(201);
        (await sees.Put("Observation/hidden", Sample.Observation("Patient/p", id: "hidden", more: Sample.Labelled("R")))).Is(200);
        (await sees.Put("Observation/moved", Sample.Observation("Patient/q", id: "moved"))).Is(201);
        (await sees.Put("Observation/moved", Sample.Observation("Patient/p", id: "moved"))).Is(200);

        Assert.Equal(5, Lines((await sees.Get("Observation/_history")).Is(200)).Count);
        Assert.Equal(
            ["PUT Observation/moved 2", "PUT Observation/moved 1", "PUT Observation/open 1"],
            Lines((await blind.Get("Observation/_history")).Is(200)));
        Assert.Equal(
            ["PUT Observation/moved 2", "PUT Observation/open 1"], Lines((await patient.Get("Observation/_history")).Is(200)));
        Assert.Equal(
            ["PUT Observation/moved 2", "PUT Observation/open 1", "PUT Patient/p 1"], Lines((await patient.Get("_history")).Is(200)));
    }

    [Fact]
    public async Task Histories_are_in_the_audit_with_what_they_showed_and_types_that_are_closed_are_left_out()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        await Written(provider);
        var driver = await clinic.Has(Role.Driver);

        (await provider.Get("Patient/_history?_count=2")).Is(200);
        (await provider.Get("_history?_count=3")).Is(200);
        (await driver.Get("Patient/_history")).IsRefused(403, "forbidden");
        (await provider.Get("Nothing/_history")).IsRefused(404, "not-supported");

        var log = (await AuditedAccess.Of(clinic)).Where(entry => entry.Action.StartsWith("history", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            [
                "history-type Patient 0", "history-system  0", "history-type Patient 4 forbidden", "history-type  4 not-supported",
            ],
            log.Select(entry => entry.Line));
        Assert.Equal(["a/3", "b/2"], log[0].Shown);
        Assert.Equal(["Patient/a/3", "Patient/b/2", "Observation/o/1"], log[1].Shown);
        Assert.Equal(["a", "b"], log[1].Patients.Order(StringComparer.Ordinal));
    }

    private static async Task Written(Person provider)
    {
        (await provider.Put("Patient/a", Sample.Patient("A1", "a"))).Is(201);
        (await provider.Put("Patient/b", Sample.Patient("B1", "b"))).Is(201);
        (await provider.Put("Patient/a", Sample.Patient("A2", "a"))).Is(200);
        (await provider.Put("Observation/o", Sample.Observation("Patient/a", id: "o"))).Is(201);
        (await provider.Delete("Patient/b")).Is(204);
        (await provider.Put("Patient/a", Sample.Patient("A3", "a"))).Is(200);
    }

    private static List<string> Lines(Answer history) => [.. history.Entries.Select(Line)];

    private static string Line(JsonElement entry)
    {
        var address = new Uri(entry.GetProperty("fullUrl").GetString()!).AbsolutePath["/fhir/".Length..];
        var version = entry.GetProperty("response").GetProperty("etag").GetString()![3..^1];
        if (entry.TryGetProperty("resource", out var resource))
            Assert.Equal(version, resource.GetProperty("meta").GetProperty("versionId").GetString());
        return string.Create(CultureInfo.InvariantCulture, $"{entry.GetProperty("request").GetProperty("method").GetString()} {address} {version}");
    }
}

public sealed class HistoryLevelsOnSqlite(SqliteFhirServer server) : HistoryLevelTests(server);

public sealed class HistoryLevelsOnPostgres(PostgresFhirServer server) : HistoryLevelTests(server);

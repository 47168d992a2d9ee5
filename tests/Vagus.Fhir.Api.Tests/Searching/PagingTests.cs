namespace Vagus.Fhir.Api.Tests.Searching;

public abstract class PagingTests(FhirServer server)
{
    [Fact]
    public async Task Turning_pages_while_others_write_neither_repeats_nor_skips_what_was_there()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var before = new List<string>();
        for (var number = 0; number < 23; number++) before.Add((await provider.Create(Sample.Patient($"P{number}"))).Is(201).Id);

        var seen = new List<string>();
        for (var next = "Patient?_count=4&family=p"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            Assert.InRange(page.Entries.Count, 1, 4);
            seen.AddRange(page.Ids);
            next = page.Next;
            (await provider.Create(Sample.Patient("Pnew"))).Is(201);
            var unseen = before.Except(seen).LastOrDefault();
            if (unseen is not null) (await provider.Put($"Patient/{unseen}", Sample.Patient("Pchanged", unseen))).Is(200);
            if (before.Intersect(seen).FirstOrDefault() is { } shown)
                (await provider.Put($"Patient/{shown}", Sample.Patient("Pchanged", shown))).Is(200);
        }

        Assert.Equal(before.AsEnumerable().Reverse(), seen);
    }

    [Theory]
    [InlineData("_lastUpdated", "a,c,b")]
    [InlineData("-_lastUpdated", "b,c,a")]
    public async Task Sorted_pages_follow_the_last_change(string sort, string expected)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var id in new[] { "a", "b", "c" }) (await provider.Put($"Patient/{id}", Sample.Patient(id, id))).Is(201);
        (await provider.Put("Patient/b", Sample.Patient("b", "b"))).Is(200);

        var seen = new List<string>();
        for (var next = $"Patient?_count=1&_sort={sort}"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            seen.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(expected, string.Join(',', seen));
    }

    [Fact]
    public async Task A_total_is_given_when_it_is_known_or_asked_for()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        for (var number = 0; number < 5; number++) (await provider.Create(Sample.Patient($"P{number}"))).Is(201);

        Assert.Equal(5, (await provider.Get("Patient")).Total);
        Assert.Null((await provider.Get("Patient?_count=2")).Total);
        Assert.Null((await provider.Get("Patient?_count=2&_total=none")).Total);
        var page = (await provider.Get("Patient?_count=2&_total=accurate")).Is(200);
        Assert.Equal(5, page.Total);
        Assert.Equal(5, (await provider.Get(page.Next!)).Total);
        var counted = (await provider.Get("Patient?_count=0")).Is(200);
        Assert.Equal((5L, 0), (counted.Total!.Value, counted.Entries.Count));
    }

    [Fact]
    public async Task A_page_has_a_limit_of_entries_and_of_bytes()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var text = new string('n', 1_000_000);
        var written = new List<string>();
        for (var number = 0; number < 40; number++)
            written.Add(
                (await provider.Create(
                Sample.Observation("Patient/1", more: $$$$""","note":[{"text":"{{{{text}}}}"}]"""), request =>
                request.Headers.Add("Prefer", "return=minimal"))).Is(201).Headers.Location!.Segments[^3].Trim('/'));

        var seen = new List<string>();
        var pages = 0;
        for (var next = "Observation?_count=100000"; next is not null; pages++)
        {
            var page = (await provider.Get(next)).Is(200);
            Assert.InRange(page.Body.Length, 1, server.Options.AnswerBytes + 2_000_000);
            seen.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(written.AsEnumerable().Reverse(), seen);
        Assert.Equal(2, pages);
    }
}

public sealed class PagingOnSqlite(SqliteFhirServer server) : PagingTests(server);

public sealed class PagingOnPostgres(PostgresFhirServer server) : PagingTests(server);

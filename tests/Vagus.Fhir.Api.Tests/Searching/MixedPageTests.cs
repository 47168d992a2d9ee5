using System.Data.Common;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>A page of several types brings into memory what one budget allows, in the order of the page.</summary>
public abstract class MixedPageTests(FhirServer server)
{
    private static readonly string[] Types = ["Patient", "Observation", "Condition"];

    [Theory]
    [InlineData("", new[] { "c1", "o1", "p1" }, new[] { "c0", "o0", "p0" })]
    [InlineData("&_sort=_lastUpdated", new[] { "p0", "o0", "c0" }, new[] { "p1", "o1", "c1" })]
    public async Task Bodies_are_read_within_one_budget_and_the_next_page_goes_on_behind_them(string order, string[] first, string[] second)
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        foreach (var number in new[] { 0, 1 })
        {
            (await provider.Put($"Patient/p{number}", Sample.Patient(new string('n', 1_000), $"p{number}"))).Is(201);
            (await provider.Put($"Observation/o{number}", Sample.Observation("Patient/p0", id: $"o{number}", more: Note("note")))).Is(201);
            (await provider.Put(
                $"Condition/c{number}",
                $$$"""{"resourceType":"Condition","id":"c{{{number}}}","subject":{"reference":"Patient/p0"}{{{Note("note")}}}}""")).Is(201);
        }

        var (page, read) = await Page(clinic, $"_type={string.Join(',', Types)}&_count=10{order}", bytes: 3_000);
        var (rest, _) = await Page(clinic, $"_type={string.Join(',', Types)}&_count=10{order}&_cursor={page.Cursor}", bytes: 100_000);

        Assert.Equal(first, page.Matches.Select(match => match.Id));
        Assert.Equal(second, rest.Matches.Select(match => match.Id));
        Assert.InRange(read, 3_000, 5_000);
    }

    private static string Note(string name) => $$""","{{name}}":[{"text":"{{new string('n', 1_000)}}"}]""";

    private async Task<(SearchPage Page, long Read)> Page(Clinic clinic, string query, long bytes)
    {
        var caller = new Caller(clinic.Tenant, new UserId("u"), Role.Provider, new SessionId("s"));
        var reach = Reach.Of(caller, TenantNarrowing.None, ceiling: null);
        var call = new FhirCall(caller, reach, "", OwnBases.None, TimeProvider.System) { Bodies = new BodyBudget(bytes) };
        var queries = new MeasuredQueries(server.Get<Database>());
        var search = new RunSearch(
            server.Options, server.Get<PageCursors>(), server.Get<LeadingCounts>(), queries,
            new ExpandSearches(queries, server.Get<ReadObservers>(), within: null), call);
        return ((await search.OfTypes(query)).Value, queries.Bytes);
    }

    /// <summary>Counts the bytes of the bodies that were brought.</summary>
    private sealed class MeasuredQueries(Database database) : IRunQueries
    {
        public long Bytes { get; private set; }

        public async ValueTask<List<T>> Query<T>(
            Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
        {
            var rows = await database.Query(statement, values, row, cancel);
            Bytes += rows.OfType<StoredResource>().Sum(resource => resource.Body?.Length ?? 0);
            return rows;
        }

        public ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel) =>
            database.QueryOne(statement, values, row, cancel);
    }
}

public sealed class MixedPagesOnSqlite(SqliteFhirServer server) : MixedPageTests(server);

public sealed class MixedPagesOnPostgres(PostgresFhirServer server) : MixedPageTests(server);

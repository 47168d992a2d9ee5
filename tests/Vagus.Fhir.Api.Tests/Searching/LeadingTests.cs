using System.Text;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>The condition that names the fewest rows leads, whatever its kind.</summary>
public abstract class LeadingTests(FhirServer server)
{
    private const string Loinc = "http://loinc.org";
    private readonly TestClock clock = new();

    [Fact]
    public async Task A_rare_code_leads_before_a_reference_that_all_have()
    {
        var (clinic, provider) = await Filled();
        var queries = new CountedQueries(server.Get<Database>());
        var counts = new LeadingCounts(clock);

        Assert.Equal("code", await Chosen(counts, queries, clinic, ("performer", "Organization/lab"), ("code", $"{Loinc}|rare")));
        Assert.Equal("performer", await Chosen(counts, queries, clinic, ("performer", "Organization/desk"), ("code", $"{Loinc}|common")));
        Assert.Equal(
            "date", await Chosen(counts, queries, clinic, ("performer", "Organization/lab"), ("code", $"{Loinc}|common"), ("date", "gt2026-06-01")));
        Assert.Equal(["o1", "o0"], (await provider.Get($"Observation?performer=Organization/lab&code={Loinc}|rare")).Is(200).Ids);
        Assert.Equal(["o0", "o1"], (await provider.Get($"Observation?performer=Organization/lab&code={Loinc}|rare&_sort=date")).Is(200).Ids);
    }

    [Fact]
    public async Task Counts_are_remembered_for_minutes_and_taken_anew_afterwards()
    {
        var (clinic, provider) = await Filled();
        var queries = new CountedQueries(server.Get<Database>());
        var counts = new LeadingCounts(clock);
        (string, string)[] asked = [("performer", "Organization/desk"), ("code", $"{Loinc}|rare")];

        Assert.Equal("performer", await Chosen(counts, queries, clinic, asked));
        var first = queries.Count;
        await Write(provider, Enumerable.Range(500, 120).Select(number => Observation(number, "common", "desk", "2026-01-01")));
        Assert.Equal("performer", await Chosen(counts, queries, clinic, asked));
        Assert.Equal(first, queries.Count);

        clock.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal("code", await Chosen(counts, queries, clinic, asked));
        Assert.Equal(first + 2, queries.Count);
    }

    [Fact]
    public async Task Counts_that_no_search_would_find_again_and_those_of_long_values_are_not_remembered()
    {
        var (clinic, _) = await Filled();
        var queries = new CountedQueries(server.Get<Database>());
        var counts = new LeadingCounts(clock);

        await Chosen(counts, queries, clinic, ("code", $"{Loinc}|{new string('x', 300)}"), ("performer", $"http://{new string('x', 300)}"));
        await Chosen(
            counts, queries, clinic, ("code-value-quantity", $"{Loinc}|rare$1"), ("component-code-value-quantity", $"{Loinc}|rare$1"));

        Assert.Equal(0, counts.Kept);
    }

    [Fact]
    public async Task Another_tenants_rows_do_not_count()
    {
        var (_, _) = await Filled();
        var other = await Clinic.Open(server);
        await Write(await other.Provider(), [Observation(1, "rare", "lab", "2026-01-01")]);

        var counts = new LeadingCounts(clock);
        var queries = new CountedQueries(server.Get<Database>());

        Assert.Equal("performer", await Chosen(counts, queries, other, ("performer", "Organization/lab"), ("code", $"{Loinc}|rare")));
        Assert.Equal(1, queries.Count);
    }

    [Fact]
    public async Task One_condition_and_an_id_are_not_counted()
    {
        var (clinic, _) = await Filled();
        var queries = new CountedQueries(server.Get<Database>());
        var counts = new LeadingCounts(clock);

        Assert.Null(await Chosen(counts, queries, clinic, ("performer", "Organization/lab")));
        Assert.Null(await Chosen(counts, queries, clinic, ("_id", "o1"), ("performer", "Organization/lab")));
        Assert.Null(await Chosen(counts, queries, clinic, ("identifier", "urn:a|1"), ("performer", "Organization/lab")));
        Assert.Equal(0, queries.Count);
    }

    /// <summary>150 of the laboratory, of which two have the rare code and three are of July; one of the desk.</summary>
    private async Task<(Clinic Clinic, Person Provider)> Filled()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        await Write(provider, Enumerable.Range(0, 150).Select(number => Observation(
            number, number < 2 ? "rare" : "common", "lab", number is >= 10 and < 13 ? "2026-07-01" : "2026-01-01")));
        await Write(provider, [Observation(400, "common", "desk", "2026-01-01")]);
        return (clinic, provider);
    }

    private static async Task Write(Person provider, IEnumerable<(string Id, string Json)> observations)
    {
        var bundle = new StringBuilder("""{"resourceType":"Bundle","type":"transaction","entry":[""");
        bundle.AppendJoin(',', observations.Select(each =>
            $$$"""{"resource":{{{each.Json}}},"request":{"method":"PUT","url":"Observation/{{{each.Id}}}"}}"""));
        (await provider.Post("", bundle.Append("]}").ToString())).Is(200);
    }

    private static (string Id, string Json) Observation(int number, string code, string performer, string date) => ($"o{number}",
        $$$"""
        {"resourceType":"Observation","id":"o{{{number}}}","status":"final","code":{"coding":[{"system":"{{{Loinc}}}","code":"{{{code}}}"}]},
        "performer":[{"reference":"Organization/{{{performer}}}"}],"effectiveDateTime":"{{{date}}}"}
        """);

    private static async Task<string?> Chosen(
        LeadingCounts counts, IRunQueries queries, Clinic clinic, params (string Name, string Value)[] asked)
    {
        var caller = new Caller(clinic.Tenant, new UserId("u"), Role.Provider, new SessionId("s"));
        var read = new ReadCondition(
            new SearchValueParser(OwnBases.None, TimeProvider.System), SearchParameterSet.R4,
            Reach.Of(caller, TenantNarrowing.None, ceiling: null));
        var search = new SearchRequest("Observation")
        {
            Count = 10, Conditions = [.. asked.Select(each => read.Run("Observation", each.Name, each.Value).Value)],
        };
        var chosen = await counts.Choose(queries, clinic.Tenant, search, CancellationToken.None);
        return chosen is IndexCondition { Criterion.Code: var code } ? code : null;
    }
}

public sealed class LeadingOnSqlite(SqliteFhirServer server) : LeadingTests(server);

public sealed class LeadingOnPostgres(PostgresFhirServer server) : LeadingTests(server);

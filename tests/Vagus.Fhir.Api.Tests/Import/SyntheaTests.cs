using System.Globalization;
using System.Text.Json;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Import;

public abstract class SyntheaTests(FhirServer server)
{
    private const int Searches = 400;

    [Fact]
    public async Task Real_records_come_back_as_they_were_sent_and_are_found_as_the_criteria_say()
    {
        var files = SampleData.SyntheaBundles();
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();

        var import = await SyntheaImport.Into(admin, files);

        var served = await EverythingOf(admin, import);
        Assert.Equal(import.Sent.Keys.Order(StringComparer.Ordinal), served.Keys.Order(StringComparer.Ordinal));
        Assert.All(served, pair => Assert.True(import.IsServedAs(pair.Value, pair.Key), pair.Key));
        await LogTellsOfEach(clinic, import);
        await SearchesAgreeWithTheCriteria(admin, served);
    }

    private static async Task<Dictionary<string, JsonElement>> EverythingOf(Person admin, SyntheaImport import)
    {
        var served = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var group in import.Sent.GroupBy(pair => pair.Key.Split('/')[0]))
        {
            Assert.Equal(group.Count(), (await admin.Get($"{group.Key}?_summary=count")).Is(200).Total);
            for (var next = $"{group.Key}?_count=500"; next is not null;)
            {
                var page = (await admin.Get(next)).Is(200);
                foreach (var entry in page.Entries)
                    served.Add($"{group.Key}/{entry.GetProperty("resource").GetProperty("id").GetString()}", entry.GetProperty("resource"));
                next = page.Next;
            }
        }

        return served;
    }

    private static async Task LogTellsOfEach(Clinic clinic, SyntheaImport import)
    {
        var log = await clinic.Log();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(position => (long)position), log.Select(logged => logged.Position));
        var created = log.Where(logged => logged.Type == "resource.created")
            .Select(logged => logged.Resource!.Replace("/_history/1", "", StringComparison.Ordinal)).ToList();
        Assert.Equal(import.InOrder.Distinct(StringComparer.Ordinal).Count(), created.Count);
        Assert.Equal(import.InOrder.Where(created.Contains).Distinct(StringComparer.Ordinal), created);
    }

    /// <summary>The SQL against the meaning of each criterion, over the same resources.</summary>
    private static async Task SearchesAgreeWithTheCriteria(Person admin, Dictionary<string, JsonElement> served)
    {
        var indexer = new SearchIndexer(OwnBases.None);
        var parser = new SearchValueParser(OwnBases.None, TimeProvider.System);
        var random = new Random(20261121);
        var byType = served
            .GroupBy(pair => pair.Key.Split('/')[0])
            .Select(
                group =>
                (Type: group.Key,
                Resources: group.Select(pair => (Id: pair.Key.Split('/')[1], Values: indexer.Extract(pair.Value, group.Key))).ToList()))
            .Where(group => R4Definitions.IsResourceType(group.Type))
            .ToList();
        var source = new RandomSearch(random, (await admin.Get("metadata")).Is(200).Json, parser);
        var met = 0;

        for (var round = 0; round < Searches; round++)
        {
            var (type, resources) = byType[random.Next(byType.Count)];
            var parameters = Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => source.Parameter(type, resources[random.Next(resources.Count)].Values)).OfType<(string Name, string Value)>()
                .ToList();
            if (parameters.Count == 0) continue;
            var criteria = parameters.Select(parameter => parser.Parse(type, parameter.Name, parameter.Value)).ToList();
            var query = string.Join('&', parameters.Select(parameter => $"{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
            if (criteria.Any(criterion => criterion.IsRefused))
            {
                (await admin.Search(type, query)).Is(400);
                continue;
            }

            var expected = resources.Where(resource => criteria.TrueForAll(criterion => criterion.Value.Holds(resource.Values)))
                .Select(resource => resource.Id).Order(StringComparer.Ordinal).ToList();
            var counted = (await admin.Search(type, $"{query}&_summary=count")).Is(200);
            Assert.True(
                expected.Count == counted.Total,
                string.Create(
                CultureInfo.InvariantCulture, $"{type}?{query}: {expected.Count} were expected, {counted.Total} were counted"));
            if (expected.Count > 1000) continue;
            var found = (await admin.Search(type, $"{query}&_count=1000")).Is(200);
            Assert.True(expected.SequenceEqual(found.Ids.Order(StringComparer.Ordinal)), $"{type}?{query}");
            met += expected.Count > 0 ? 1 : 0;
        }

        Assert.InRange(met, Searches / 4, Searches);
    }
}

public sealed class SyntheaOnSqlite(SqliteFhirServer server) : SyntheaTests(server);

public sealed class SyntheaOnPostgres(PostgresFhirServer server) : SyntheaTests(server);

using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Api.Tests.Import;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Access;

/// <summary>
/// Searches made of the very values of one patient's record, asked by those who may not see it: another patient, and another tenant.
/// </summary>
public abstract class LeakMatrixTests(FhirServer server)
{
    private const int Searches = 500;

    [Fact]
    public async Task No_search_by_any_parameter_shows_or_counts_what_is_out_of_reach()
    {
        var file = SampleData.SyntheaBundles().MinBy(path => new FileInfo(path).Length)!;
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        var import = await SyntheaImport.Into(admin, [file]);
        (await admin.Put("Patient/other", Sample.Patient("Other", "other"))).Is(201);
        var other = await clinic.Patient("other");
        var stranger = await (await Clinic.Open(server)).Admin();
        var random = new Random(42);
        var parser = new SearchValueParser(OwnBases.None, TimeProvider.System);
        var source = new RandomSearch(random, (await admin.Get("metadata")).Is(200).Json, parser);
        var indexer = new SearchIndexer(OwnBases.None);
        var hidden = import.Sent.Keys.Where(
            reference => RoleGrants.MayRead(Role.Patient, TypeOf(reference)) && !RoleGrants.Shared.Contains(TypeOf(reference)))
            .ToList();
        var asked = 0;

        for (var round = 0; round < Searches; round++)
        {
            var reference = hidden[random.Next(hidden.Count)];
            var (type, resource) = (TypeOf(reference), (await Served(admin, reference)));
            if (source.Parameter(type, indexer.Extract(resource, type)) is not var (name, value)
                || parser.Parse(type, name, value).IsRefused) continue;
            var query = $"{name}={Uri.EscapeDataString(value)}";
            await FindsNothing(other, type, query, own: "other");
            await FindsNothing(stranger, type, query, own: null);
            asked++;
        }

        Assert.InRange(asked, Searches / 2, Searches);
    }

    private static async Task FindsNothing(Person person, string type, string query, string? own)
    {
        var found = (await person.Search(type, $"{query}&_total=accurate")).Is(200);
        Assert.True(found.Ids.All(id => id == own), $"{type}?{query}");
        Assert.Equal(found.Ids.Count, found.Total);
        Assert.Equal(found.Ids.Count, (await person.Search(type, $"{query}&_summary=count")).Is(200).Total);
    }

    private readonly Dictionary<string, JsonElement> read = new(StringComparer.Ordinal);

    private async Task<JsonElement> Served(Person admin, string reference) =>
        read.TryGetValue(reference, out var known) ? known : read[reference] = (await admin.Get(reference)).Is(200).Json;

    private static string TypeOf(string reference) => reference.Split('/')[0];
}

public sealed class LeakMatrixOnSqlite(SqliteFhirServer server) : LeakMatrixTests(server);

public sealed class LeakMatrixOnPostgres(PostgresFhirServer server) : LeakMatrixTests(server);

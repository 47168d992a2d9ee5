namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>Names as people type them: without punctuation, by any of their words, in any case.</summary>
public abstract class NameTests(FhirServer server)
{
    [Theory]
    [InlineData("family=oneil", "oneil,plain")]
    [InlineData("family=O'Neil", "oneil,plain")]
    [InlineData("family=o’neil", "oneil,plain")]
    [InlineData("family=smith jones", "smith")]
    [InlineData("family=Smith-Jones", "smith")]
    [InlineData("family=jones", "smith")]
    [InlineData("name=quinones", "quinones")]
    [InlineData("name=carreno", "quinones")]
    [InlineData("family=παπας", "greek,sigma")]
    [InlineData("family=ΠΑΠΑΣ", "greek,sigma")]
    [InlineData("family=ones", "")]
    [InlineData("family:exact=jones", "")]
    [InlineData("family:exact=Smith-Jones", "smith")]
    [InlineData("family:contains=-j", "smith")]
    [InlineData("given=anne", "smith")]
    [InlineData("family:missing=true", "")]
    public async Task A_name_is_found_as_it_is_typed(string query, string expected)
    {
        var provider = await WithNames();

        var found = (await provider.Get($"Patient?{query}")).Is(200);

        Assert.Equal(expected, string.Join(',', found.Ids.Order(StringComparer.Ordinal)));
        Assert.Equal(found.Ids.Count, found.Total);
    }

    [Theory]
    [InlineData("_sort=family", "quinones,oneil,plain,smith")]
    [InlineData("_sort=-family", "smith,plain,oneil,quinones")]
    public async Task Parts_of_a_name_do_not_decide_the_order(string query, string expected)
    {
        var provider = await WithNames();

        var ids = (await provider.Get($"Patient?{query}")).Is(200).Ids;

        Assert.Equal(expected.Split(','), ids.Except(["sigma", "greek"]));
    }

    [Fact]
    public async Task A_name_goes_with_its_parts()
    {
        var provider = await WithNames();

        (await provider.Put("Patient/smith", Sample.Patient("Brown", "smith"))).Is(200);
        Assert.Empty((await provider.Get("Patient?family=jones")).Is(200).Ids);
        (await provider.Delete("Patient/quinones")).Is(204);
        Assert.Empty((await provider.Get("Patient?name=quinones")).Is(200).Ids);
    }

    [Theory]
    [InlineData("birthdate=&family=smith", "smith")]
    [InlineData("name:exact=&family=smith", "smith")]
    public async Task An_empty_parameter_is_left_out_for_the_lenient_and_said_to_be(string query, string expected)
    {
        var provider = await WithNames();

        (await provider.Get($"Patient?{query}")).IsRefused(400, "invalid");
        var found = (await provider.Get($"Patient?{query}", request => request.Headers.Add("Prefer", "handling=lenient"))).Is(200);

        Assert.Equal([expected], found.Ids);
        Assert.NotNull(found.Outcome);
        (await provider.Delete($"Patient?{query}", request => request.Headers.Add("Prefer", "handling=lenient"))).IsRefused(400, "invalid");
    }

    [Theory]
    [InlineData("application/fhir+json; charset=iso-8859-1", 415)]
    [InlineData("application/fhir+json; fhirVersion=3.0", 415)]
    [InlineData("application/fhir+json; charset=UTF-8; fhirVersion=4.0", 201)]
    public async Task A_body_of_another_charset_or_release_is_not_taken(string media, int status)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Create(Sample.Patient(), request =>
        {
            request.Content!.Headers.Remove("Content-Type");
            request.Content.Headers.TryAddWithoutValidation("Content-Type", media);
        })).Is(status);
    }

    private async Task<Person> WithNames()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var (id, family, given) in new[]
        {
            ("oneil", "O'Neil", "Kim"), ("plain", "Oneil", "Kim"), ("smith", "Smith-Jones", "Mary-Anne"), ("quinones", "Carreño Quiñones", "Kim"),
            ("greek", "ΠΑΠΑΣ", "Kim"), ("sigma", "παπας", "Kim"),
        })
        {
            (await provider.Put(
                $"Patient/{id}", $$$$"""{"resourceType":"Patient","id":"{{{{id}}}}","name":[{"family":"{{{{family}}}}","given":["{{{{given}}}}"]}]}""")).Is(201);
        }

        return provider;
    }
}

public sealed class NamesOnSqlite(SqliteFhirServer server) : NameTests(server);

public sealed class NamesOnPostgres(PostgresFhirServer server) : NameTests(server);

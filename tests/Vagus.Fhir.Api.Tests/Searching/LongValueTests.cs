namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>Values that are longer than what the index is ordered by are compared whole, or the search is refused.</summary>
public abstract class LongValueTests(FhirServer server)
{
    private static readonly string Start = string.Concat(Enumerable.Repeat("Grün ", 60)).TrimEnd();

    [Fact]
    public async Task Long_names_are_told_apart_by_their_end()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var end in new[] { "A", "B", "Bx" }) (await provider.Put($"Patient/{end}", Sample.Patient(Start + end, end))).Is(201);

        Assert.Equal(["A"], await Find(provider, "Patient", "family:exact", Start + "A"));
        Assert.Empty(await Find(provider, "Patient", "family:exact", Start));
        Assert.Empty(await Find(provider, "Patient", "family:exact", (Start + "A").ToUpperInvariant()));
        Assert.Equal(["B", "Bx"], await Find(provider, "Patient", "family", (Start + "b").ToUpperInvariant()));
        Assert.Equal(["A", "B", "Bx"], await Find(provider, "Patient", "family", Start));
        Assert.Equal(["A", "B", "Bx"], await Find(provider, "Patient", "family", Start[..190]));
        Assert.Equal(["Bx"], await Find(provider, "Patient", "family:contains", "grunbx"));
    }

    [Fact]
    public async Task A_word_behind_the_two_hundredth_character_is_contained()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var text = $"{Start} Small apical Pneumothorax, 100% _sure_";
        (await provider.Put("Observation/o", Sample.Observation("Patient/1", id: "o", more: $""","valueString":{Sample.Json(text)}""")))
            .Is(201);

        Assert.Equal(["o"], await Find(provider, "Observation", "value-string:contains", "pneumothorax"));
        Assert.Equal(["o"], await Find(provider, "Observation", "value-string:contains", "100% _s"));
        Assert.Empty(await Find(provider, "Observation", "value-string:contains", "100%s"));
        Assert.Equal(["o"], await Find(provider, "Observation", "value-string", text));
        Assert.Equal(["o"], await Find(provider, "Observation", "value-string:exact", text));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1_001)]
    [InlineData(19_000)]
    public async Task Long_tokens_and_references_are_found(int length)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var value = new string('v', length - 1);
        var url = $"http://o.example/{value}";
        foreach (var end in new[] { "1", "2" })
        {
            (await provider.Put($"Patient/{end}", $$$$"""
                {"resourceType":"Patient","id":"{{{{end}}}}","identifier":[{"system":"{{{{url}}}}{{{{end}}}}","value":"{{{{value}}}}{{{{end}}}}"}],
                 "telecom":[{"system":"phone","value":"{{{{value}}}}{{{{end}}}}"}],
                 "managingOrganization":{"reference":"{{{{url}}}}/Organization/{{{{end}}}}","identifier":{"system":"urn:x","value":"{{{{value}}}}{{{{end}}}}"}}}
                """)).Is(201);
        }

        Assert.Equal(["1"], await Find(provider, "Patient", "identifier", $"{value}1"));
        Assert.Equal(["1"], await Find(provider, "Patient", "phone", $"{value}1"));
        Assert.Equal(["1"], await Find(provider, "Patient", "organization", $"{url}/Organization/1"));
        Assert.Equal(["1"], await Find(provider, "Patient", "organization:identifier", $"urn:x|{value}1"));
        if (length < 10_000) Assert.Equal(["1"], await Find(provider, "Patient", "identifier", $"{url}1|{value}1"));
    }

    [Fact]
    public async Task A_value_that_is_too_long_to_ask_for_is_refused()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Search("Patient", $"identifier={new string('v', 20_001)}")).IsRefused(400, "invalid");
        (await provider.Search("Patient", $"family:contains={new string('v', 10_001)}")).IsRefused(400, "invalid");
        (await provider.Search("Patient", $"family:contains={new string('%', 10_000).Replace("%", "%25", StringComparison.Ordinal)}"))
            .Is(200);
        (await provider.Search("Patient", $"family:contains={string.Concat(Enumerable.Repeat(Uri.EscapeDataString("山"), 7_000))}")).Is(200);
    }

    private static async Task<IEnumerable<string>> Find(Person person, string type, string name, string value) =>
        (await person.Search(type, $"{name}={Uri.EscapeDataString(value.Replace(",", "\\,", StringComparison.Ordinal))}"))
            .Is(200).Ids.Order(StringComparer.Ordinal);
}

public sealed class LongValuesOnSqlite(SqliteFhirServer server) : LongValueTests(server);

public sealed class LongValuesOnPostgres(PostgresFhirServer server) : LongValueTests(server);

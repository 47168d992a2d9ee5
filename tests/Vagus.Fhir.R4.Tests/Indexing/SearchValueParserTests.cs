using System.Text.Json;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class SearchValueParserTests
{
    private readonly SearchValueParser parser = new(new OwnBases("https://here.example/fhir"), new FixedClock());

    [Theory]
    [InlineData("code", "http://loinc.org|85354-9", true)]
    [InlineData("code", "85354-9", true)]
    [InlineData("code", "http://loinc.org|", true)]
    [InlineData("code", "|85354-9", false)]
    [InlineData("code", "http://snomed.info/sct|85354-9", false)]
    [InlineData("code", "x,85354-9", true)]
    [InlineData("code:not", "85354-9", false)]
    [InlineData("code:not", "other", true)]
    [InlineData("code:missing", "true", false)]
    [InlineData("code:missing", "false", true)]
    [InlineData("encounter:missing", "true", true)]
    [InlineData("status", "final", true)]
    [InlineData("status", "http://hl7.org/fhir/observation-status|final", true)]
    [InlineData("status", "Final", false)]
    [InlineData("subject", "Patient/p1", true)]
    [InlineData("subject", "p1", true)]
    [InlineData("subject", "https://here.example/fhir/Patient/p1", true)]
    [InlineData("subject", "https://there.example/fhir/Patient/p1", false)]
    [InlineData("subject:Patient", "p1", true)]
    [InlineData("subject:Group", "p1", false)]
    [InlineData("patient", "p1", true)]
    [InlineData("date", "2024-01", true)]
    [InlineData("date", "2024", true)]
    [InlineData("date", "2024-01-05", false)]
    [InlineData("date", "ge2024-01-05", true)]
    [InlineData("date", "gt2024-01-31", false)]
    [InlineData("date", "lt2024-01-05", true)]
    [InlineData("date", "ge2024-01-31T23:00:00Z", true)]
    [InlineData("date", "ge2024-02", false)]
    [InlineData("date", "le2024-01-01", true)]
    [InlineData("date", "le2023-12-31", false)]
    [InlineData("date", "sa2023-12-31", true)]
    [InlineData("date", "eb2024-02-01", true)]
    [InlineData("date", "eb2024-01-31", false)]
    [InlineData("date", "ne2024-01", false)]
    [InlineData("date", "ap2024-01-20", true)]
    [InlineData("component-value-quantity", "120.5|http://unitsofmeasure.org|mm[Hg]", true)]
    [InlineData("component-value-quantity", "120.5||mm[Hg]", true)]
    [InlineData("component-value-quantity", "120|http://unitsofmeasure.org|mm[Hg]", false)]
    [InlineData("component-value-quantity", "gt120", true)]
    [InlineData("component-value-quantity", "ap110", true)]
    [InlineData("component-value-quantity", "lt120", false)]
    [InlineData("component-value-quantity", "1e2", false)]
    [InlineData("component-value-quantity", "1.2e2", true)]
    [InlineData("component-value-quantity", "1.20e2", false)]
    public void An_observation_is_found_as_the_specification_says(string name, string value, bool found)
    {
        Assert.Equal(found, Holds("Observation", "observation", name, value));
    }

    [Theory]
    [InlineData("name", "MUL", true)]
    [InlineData("name", "ana m", true)]
    [InlineData("name", "maria", true)]
    [InlineData("name", "aria", false)]
    [InlineData("name:contains", "maria", true)]
    [InlineData("name:exact", "Zoë", true)]
    [InlineData("name:exact", "Zoe", false)]
    [InlineData("family", "mueller", false)]
    [InlineData("identifier", "urn:mrn|A-1", true)]
    [InlineData("identifier", "|bare", true)]
    [InlineData("identifier", "|A-1", false)]
    [InlineData("birthdate", "1980", true)]
    [InlineData("birthdate", "1980-02-29", false)]
    [InlineData("birthdate", "le1980-02-01", true)]
    [InlineData("general-practitioner:identifier", "urn:npi|77", true)]
    [InlineData("_id", "p1", true)]
    [InlineData("_lastUpdated", "gt2024-05-17T07:59:59Z", true)]
    [InlineData("_lastUpdated", "2024-05-17T10:00:00.123+02:00", true)]
    [InlineData("_lastUpdated", "2024-05-17T10:00:00.123 02:00", true)]
    public void A_patient_is_found_as_the_specification_says(string name, string value, bool found)
    {
        Assert.Equal(found, Holds("Patient", "patient", name, value));
    }

    [Theory]
    [InlineData("http://p", true)]
    [InlineData("http://p/x", false)]
    public void A_uri_is_compared_whole(string value, bool found)
    {
        Assert.Equal(found, Holds("PlanDefinition", "plan", "url", value));
    }

    [Theory]
    [InlineData("questionnaire response", "http://q", true)]
    [InlineData("questionnaire response", "http://q|1.2", true)]
    [InlineData("questionnaire response", "http://q|1.3", false)]
    [InlineData("own questionnaire", "https://here.example/fhir/Questionnaire/7", true)]
    [InlineData("own questionnaire", "Questionnaire/7", true)]
    public void A_canonical_is_found_by_its_url_and_on_its_own_server_by_its_id(string sample, string value, bool found)
    {
        Assert.Equal(found, Holds("QuestionnaireResponse", sample, "questionnaire", value));
    }

    [Fact]
    public void Escapes_keep_separators_inside_a_value()
    {
        var criterion = parser.Parse("Patient", "identifier", @"a\,b\|c|d\$e\\f,g").Value;

        Assert.Equal([new TokenTerm(false, "a,b|c", @"d$e\f"), new TokenTerm(true, null, "g")], criterion.AnyOf);
    }

    [Theory]
    [InlineData("colour", "red", "unknown-search-parameter")]
    [InlineData("birthdate", "yesterday", "invalid-search-value")]
    [InlineData("birthdate", "xx1980", "invalid-search-value")]
    [InlineData("birthdate", "1980-13", "invalid-search-value")]
    [InlineData("birthdate", "", "empty-search-value")]
    [InlineData("birthdate:exact", "1980", "unsupported-search-modifier")]
    [InlineData("birthdate:missing", "perhaps", "invalid-search-value")]
    [InlineData("name:starship", "x", "unsupported-search-modifier")]
    [InlineData("identifier", "a|b|c", "invalid-search-value")]
    [InlineData("identifier", "|", "invalid-search-value")]
    [InlineData("general-practitioner", "not an id", "invalid-search-value")]
    [InlineData("general-practitioner:Practitioner", "Patient/1", "invalid-search-value")]
    [InlineData("_content", "secret", "unsupported-search-parameter")]
    public void What_cannot_be_understood_is_refused_without_repeating_it(string name, string value, string code)
    {
        var refusal = parser.Parse("Patient", name, value).Refusal;

        Assert.Equal(code, refusal?.Code);
        Assert.Contains(name.Split(':')[0], refusal?.Message, StringComparison.Ordinal);
        Assert.True(value.Length < 3 || refusal?.Message.Contains(value, StringComparison.Ordinal) == false);
    }

    [Theory]
    [InlineData("1e-99999999999")]
    [InlineData("0e99999999999")]
    [InlineData("0e-2147483649")]
    [InlineData("99999999999999999999999999999999e-20")]
    public void An_exponent_beyond_all_numbers_is_no_number(string value) =>
        Assert.Equal("invalid-search-value", parser.Parse("Observation", "value-quantity", value).Refusal?.Code);

    [Fact]
    public void One_digit_with_an_exponent_stands_for_the_range_of_the_specification()
    {
        var term = Assert.IsType<QuantityTerm>(Assert.Single(parser.Parse("Observation", "value-quantity", "1e2").Value.AnyOf));

        Assert.Equal((95m, 105m), (term.Number.Low, term.Number.High));
    }

    [Theory]
    [InlineData("2024-01-05T10:00:00.1234561Z", "2024-01-05T10:00:00.1234569Z", true)]
    [InlineData("2024-01-05T10:00:00.1234569Z", "gt2024-01-05T10:00:00.1234561Z", false)]
    [InlineData("2024-01-05T10:00:00.123457Z", "gt2024-01-05T10:00:00.1234561Z", true)]
    public void Instants_are_compared_in_microseconds_as_rows_have_them(string row, string asked, bool found) => Assert.Equal(
        found, Holds(JsonElement.Parse($$"""{"resourceType":"Observation","effectiveDateTime":"{{row}}"}"""), "date", asked));

    [Theory]
    [InlineData(150, true)]
    [InlineData(250, false)]
    public void A_name_is_found_by_its_later_words_within_the_start_that_rows_have(int before, bool found) => Assert.Equal(
        found,
        Holds(
            JsonElement.Parse($$"""{"resourceType":"Patient","name":[{"family":"{{new string('a', before)}} Later"}]}"""), "family", "later"));

    [Fact]
    public void An_endless_list_of_alternatives_is_refused()
    {
        var refusal = parser.Parse("Patient", "_id", string.Join(',', Enumerable.Range(0, 501))).Refusal;

        Assert.Equal("invalid-search-value", refusal?.Code);
    }

    private bool Holds(string type, string sample, string name, string value)
    {
        return Holds(Samples.Get(sample), name, value, type);
    }

    private bool Holds(JsonElement resource, string name, string value, string? of = null)
    {
        var type = of ?? resource.GetProperty("resourceType").GetString() ?? "";
        var values = new SearchIndexer(new OwnBases("https://here.example/fhir")).Extract(resource, type);
        return parser.Parse(type, name, value).Value.Holds(values);
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 6, 1, 12, 0, 0, TimeSpan.Zero);
    }
}

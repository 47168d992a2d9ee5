using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class SearchIndexerTests
{
    private readonly SearchIndexer indexer = new(new OwnBases("https://here.example/fhir/"));

    [Fact]
    public void Tokens_keep_their_system_and_case()
    {
        var values = indexer.Extract(Samples.Get("patient"), "Patient");

        Assert.Equal([("urn:mrn", "A-1"), (null, "bare")], Tokens(values, "Patient", "identifier"));
        Assert.Equal([(null, "female")], Tokens(values, "Patient", "gender"));
        Assert.Equal([(null, "true")], Tokens(values, "Patient", "active"));
        Assert.Equal([(null, "Zoe@example.org")], Tokens(values, "Patient", "email"));
        Assert.Equal([("http://s", "R")], Tokens(values, "Patient", "_security"));
        Assert.Equal([(null, "p1")], Tokens(values, "Patient", "_id"));
    }

    [Theory]
    [InlineData("patient", "false")]
    [InlineData("deceased", "true")]
    public void Deceased_is_told_by_a_boolean_or_a_date(string sample, string expected)
    {
        var values = indexer.Extract(Samples.Get(sample), "Patient");

        Assert.Equal([(null, expected)], Tokens(values, "Patient", "deceased"));
    }

    [Fact]
    public void Strings_lose_case_diacritics_and_surplus_blanks_but_keep_their_exact_form()
    {
        var values = indexer.Extract(Samples.Get("patient"), "Patient");

        var names = values.Strings.Where(value => value.Parameter == Id("Patient", "name")).ToList();

        Assert.Equal(["muller-lukasiewicz", "zoe", "ana maria", "dr.", "zoe m"], names.Select(value => value.Normalized));
        Assert.Equal("Ana  María", names[2].Exact);
        Assert.Contains(values.Strings, value => value.Parameter == Id("Patient", "address-city") && value.Normalized == "evora");
    }

    [Fact]
    public void A_date_is_found_however_its_json_is_escaped()
    {
        using var escaped = JsonDocument.Parse(
            """{"resourceType":"Appointment","id":"a","status":"booked","start":"2026-11-21T14:15:00\u002B02:00"}""");

        var values = indexer.Extract(escaped.RootElement, "Appointment");

        var start = Assert.Single(values.Dates, value => value.Parameter == Id("Appointment", "date"));
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 12, 15, 0, TimeSpan.Zero), start.Low);
    }

    [Fact]
    public void References_are_local_or_keep_their_url()
    {
        var values = indexer.Extract(Samples.Get("patient"), "Patient");

        Assert.Equal(
            [("Practitioner", "d1", null), ("Practitioner", null, "http://other.example/fhir/Practitioner/d2")],
            References(values, "Patient", "general-practitioner"));
        Assert.Equal([("urn:npi", "77")], Tokens(values, "Patient", "general-practitioner"));
    }

    [Fact]
    public void The_servers_own_base_and_versions_make_no_other_reference()
    {
        var values = indexer.Extract(Samples.Get("observation"), "Observation");

        Assert.Equal([("Patient", "p1", null)], References(values, "Observation", "patient"));
        Assert.Equal([("Patient", "p9", null)], References(values, "Observation", "focus"));
        Assert.Equal([("Patient", null, "urn:uuid:0b8a3f3e-0000-4000-8000-000000000000")], References(values, "Observation", "performer"));
    }

    [Fact]
    public void A_canonical_is_found_with_and_without_its_version()
    {
        var values = indexer.Extract(Samples.Get("questionnaire response"), "QuestionnaireResponse");

        Assert.Equal(
            [(null, null, "http://q"), (null, null, "http://q|1.2")], References(values, "QuestionnaireResponse", "questionnaire"));
    }

    [Theory]
    [InlineData("observation", "2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z")]
    [InlineData("observation text", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]
    [InlineData("observation timing", "2024-01-01T12:00:00Z", "2024-03-02T00:00:00Z")]
    public void Dates_span_what_their_precision_leaves_open(string sample, string low, string high)
    {
        var values = indexer.Extract(Samples.Get(sample), "Observation");

        var date = Assert.Single(values.Dates, value => value.Parameter == Id("Observation", "date"));

        Assert.Equal((DateTimeOffset.Parse(low), DateTimeOffset.Parse(high)), (date.Low, date.High));
    }

    [Fact]
    public void A_date_that_is_none_is_not_indexed()
    {
        var values = indexer.Extract(Samples.Get("condition"), "Condition");

        Assert.Empty(values.Dates);
    }

    [Fact]
    public void Quantities_and_ranges_carry_their_unit()
    {
        var condition = indexer.Extract(Samples.Get("condition"), "Condition");
        var observation = indexer.Extract(Samples.Get("observation"), "Observation");

        Assert.Contains(
            new QuantityValue(Id("Condition", "onset-age"), "http://unitsofmeasure.org", "a", 40m, 40m) { Unit = "years" },
            condition.Quantities);
        Assert.Contains(new QuantityValue(Id("Condition", "abatement-age"), null, "a", 41m, 42m), condition.Quantities);
        Assert.Contains(
            new QuantityValue(Id("Observation", "component-value-quantity"), "http://unitsofmeasure.org", "mm[Hg]", 120.50m, 120.50m)
            {
                Unit = "mmHg",
            },
            observation.Quantities);
    }

    [Fact]
    public void The_same_code_twice_is_one_value()
    {
        var values = indexer.Extract(Samples.Get("observation"), "Observation");

        Assert.Equal([("http://loinc.org", "85354-9")], Tokens(values, "Observation", "code"));
    }

    [Fact]
    public void A_hostile_resource_stops_at_the_limit()
    {
        var identifiers = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $$"""{"value":"{{i}}"}"""));
        using var document = JsonDocument.Parse($$"""{"resourceType":"Patient","id":"x","identifier":[{{identifiers}}]}""");

        var values = indexer.Extract(document.RootElement, "Patient");

        Assert.True(values.IsTruncated);
        Assert.Equal(IndexedValues.MostValues, values.Count);
    }

    [Theory]
    [InlineData(2_400, false)]
    [InlineData(12_000, true)]
    public void A_study_of_many_images_stays_in_its_record_and_is_found_by_what_it_is(int images, bool isTruncated)
    {
        var instances = string.Join(',', Enumerable.Range(0, images).Select(i => $$$"""{"uid":"1.2.{{{i}}}","sopClass":{"code":"ct"}}"""));
        using var study = JsonDocument.Parse(
            $$$"""
            {"resourceType":"ImagingStudy","id":"x","status":"available","subject":{"reference":"Patient/p1"},
             "series":[{"uid":"1.2","modality":{"code":"CT"},"instance":[{{{instances}}}]}]}
            """);

        var values = indexer.Extract(study.RootElement, "ImagingStudy");

        Assert.Equal(isTruncated, values.IsTruncated);
        Assert.Equal(["p1"], CompartmentReader.Patients(values, study.RootElement, "ImagingStudy"));
        Assert.Single(References(values, "ImagingStudy", "patient"));
        Assert.Single(Tokens(values, "ImagingStudy", "status"));
    }

    [Fact]
    public void More_patients_than_are_read_are_noticed()
    {
        var own = new CompartmentReader(OwnBases.None);
        Assert.False(own.NamesTooMany(GroupOf(9_000), "Group"));
        Assert.True(own.NamesTooMany(GroupOf(11_000), "Group"));

        static JsonElement GroupOf(int members)
        {
            var named = string.Join(',', Enumerable.Range(0, members).Select(i => $$$"""{"entity":{"reference":"Patient/p{{{i}}}"}}"""));
            return JsonElement.Parse($$"""{"resourceType":"Group","member":[{{named}}]}""");
        }
    }

    [Fact]
    public void A_value_comes_once_among_many()
    {
        var identifiers = string.Join(',', Enumerable.Range(0, 100).Concat([0, 99]).Select(i => $$"""{"value":"{{i}}"}"""));
        using var document = JsonDocument.Parse($$"""{"resourceType":"Patient","id":"x","identifier":[{{identifiers}}]}""");

        Assert.Equal(100, Tokens(indexer.Extract(document.RootElement, "Patient"), "Patient", "identifier").Count);
    }

    [Fact]
    public void An_unknown_type_has_no_values()
    {
        Assert.Equal(0, indexer.Extract(Samples.Get("patient"), "Starship").Count);
    }

    private static int Id(string type, string code) =>
        R4Definitions.SearchParameter(type, code)?.Id ?? throw new InvalidOperationException(code);

    private static List<(string?, string)> Tokens(IndexedValues values, string type, string code) =>
        [.. values.Tokens.Where(value => value.Parameter == Id(type, code)).Select(value => (value.System, value.Code))];

    private static List<(string?, string?, string?)> References(IndexedValues values, string type, string code) =>
        [.. values.References.Where(value => value.Parameter == Id(type, code)).Select(value => (value.Type, value.Id, value.Url))];
}

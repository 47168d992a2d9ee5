using System.Text.Json;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class CompositeTests
{
    private const string Pressure = """
        {"resourceType":"Observation","status":"final",
         "code":{"coding":[{"system":"http://loinc.org","code":"85354-9","display":"Blood pressure"}]},
         "component":[
          {"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},
           "valueQuantity":{"value":140,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}},
          {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},
           "valueQuantity":{"value":90,"unit":"mmHg","system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}
        """;

    private readonly SearchValueParser parser = new(OwnBases.None, TimeProvider.System);

    [Theory]
    [InlineData("component-code-value-quantity", "http://loinc.org|8480-6$140", true)]
    [InlineData("component-code-value-quantity", "8480-6$gt130||mmHg", true)]
    [InlineData("component-code-value-quantity", "8480-6$18.66508|http://unitsofmeasure.org|kPa", true)]
    [InlineData("component-code-value-quantity", "8480-6$90", false)]
    [InlineData("component-code-value-quantity", "8480-6$lt100", false)]
    [InlineData("component-code-value-quantity", "8480-6$90,8462-4$90", true)]
    [InlineData("combo-code-value-quantity", "8462-4$90", true)]
    [InlineData("combo-code-value-quantity", "85354-9$90", false)]
    [InlineData("code-value-quantity", "85354-9$90", false)]
    public void The_parts_of_a_composite_hold_for_one_element(string name, string value, bool found) =>
        Assert.Equal(found, Holds(Pressure, "Observation", name, value));

    [Theory]
    [InlineData("code:text", "blood", true)]
    [InlineData("code:text", "pressure", false)]
    [InlineData("combo-code:text", "BLOOD P", true)]
    public void What_people_read_in_place_of_a_code_is_found_by_its_start(string name, string value, bool found) =>
        Assert.Equal(found, Holds(Pressure, "Observation", name, value));

    [Theory]
    [InlineData("http://t|MR|12345", true)]
    [InlineData("|MR|12345", false)]
    [InlineData("http://t|SS|12345", false)]
    [InlineData("http://t|MR|1", false)]
    public void An_identifier_is_found_under_its_type(string value, bool found) => Assert.Equal(found, Holds(
        """
        {"resourceType":"Patient","identifier":[
          {"type":{"coding":[{"system":"http://t","code":"MR"}]},"system":"urn:a","value":"12345"},
          {"type":{"coding":[{"system":"http://t","code":"SS"}]},"value":"9"}]}
        """, "Patient", "identifier:of-type", value));

    [Theory]
    [InlineData("url:below", "http://acme.org/fhir", true)]
    [InlineData("url:below", "http://acme.org/fhir/", true)]
    [InlineData("url:below", "http://acme.org/fh", false)]
    [InlineData("url:above", "http://acme.org/fhir/ValueSet/1/more", true)]
    [InlineData("url:above", "http://acme.org/fhir/ValueSet/12", false)]
    public void A_uri_is_above_and_below_by_whole_segments(string name, string value, bool found) => Assert.Equal(
        found, Holds("""{"resourceType":"ValueSet","status":"active","url":"http://acme.org/fhir/ValueSet/1"}""", "ValueSet", name, value));

    [Theory]
    [InlineData("DocumentReference/4$replaces", true)]
    [InlineData("DocumentReference/4$appends", false)]
    [InlineData("DocumentReference/5$appends", true)]
    public void The_relationship_of_documents_is_read_the_right_way_round(string value, bool found) => Assert.Equal(found, Holds(
        """
        {"resourceType":"DocumentReference","status":"current","relatesTo":[
          {"code":"replaces","target":{"reference":"DocumentReference/4"}},
          {"code":"appends","target":{"reference":"DocumentReference/5"}}]}
        """, "DocumentReference", "relationship", value));

    [Theory]
    [InlineData("component-code-value-quantity", "8480-6")]
    [InlineData("component-code-value-quantity", "8480-6$140$1")]
    [InlineData("component-code-value-quantity", "$140")]
    [InlineData("component-code-value-quantity", "8480-6$high")]
    [InlineData("component-code-value-quantity:missing", "true")]
    [InlineData("code:in", "http://hl7.org/fhir/ValueSet/x")]
    public void A_tuple_that_is_none_is_refused(string name, string value) => Assert.True(parser.Parse("Observation", name, value).IsRefused);

    [Fact]
    public void Every_composite_of_R4_can_be_read_and_asked()
    {
        var composites = R4Definitions.ResourceTypes.SelectMany(type => R4Definitions.SearchParameters(type).Values
            .Where(parameter => parameter.Kind == SearchParameterKind.Composite).Select(parameter => (type, parameter))).ToList();

        Assert.Equal(72, composites.Count);
        foreach (var (type, parameter) in composites)
        {
            new SearchIndexer(OwnBases.None).Extract(JsonElement.Parse($$"""{"resourceType":"{{type}}"}"""), type);
            var value = string.Join('$', CompositeShape.Of(parameter, type).Components.Select(component => component.Kind switch
            {
                SearchParameterKind.Date => "2026",
                SearchParameterKind.Number or SearchParameterKind.Quantity => "5",
                SearchParameterKind.Reference => "DocumentReference/1",
                _ => "a",
            }));
            Assert.False(parser.Parse(type, parameter.Code, value).IsRefused, $"{type}.{parameter.Code}={value}");
        }
    }

    private bool Holds(string resource, string type, string name, string value) =>
        parser.Parse(type, name, value).Value.Holds(new SearchIndexer(OwnBases.None).Extract(JsonElement.Parse(resource), type));
}

using Vagus.Fhir.Bundles;

namespace Vagus.Fhir.Api.Tests.Bundles;

/// <summary>Which conditions are one look-up in an index.</summary>
public sealed class ConditionTests
{
    [Theory]
    [InlineData("identifier=urn:mrn|1")]
    [InlineData("identifier=urn%3Amrn%7C1")]
    [InlineData("_id=a")]
    public void One_identifier_with_its_system_and_one_id_are_look_ups(string query) =>
        Assert.True(new Condition("Patient", query).IsLookUp);

    [Theory]
    [InlineData("")]
    [InlineData("name=A")]
    [InlineData("identifier=1")]
    [InlineData("identifier=|1")]
    [InlineData("identifier=urn:mrn|")]
    [InlineData(@"identifier=a\|b")]
    [InlineData("identifier=urn:mrn|1,urn:mrn|2")]
    [InlineData("identifier=urn:mrn|1%2Curn:mrn|2")]
    [InlineData("identifier:not=urn:mrn|1")]
    [InlineData("identifier=urn:mrn|1&name=A")]
    [InlineData("_id=a,b")]
    [InlineData("_id=a&_id=b")]
    [InlineData("subject.identifier=urn:mrn|1")]
    public void Other_conditions_are_searches(string query) => Assert.False(new Condition("Patient", query).IsLookUp);
}

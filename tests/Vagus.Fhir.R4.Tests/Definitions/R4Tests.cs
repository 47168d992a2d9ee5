using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Tests.Definitions;

public sealed class R4Tests
{
    [Fact]
    public void The_table_holds_every_R4_type_search_parameter_and_compartment()
    {
        Assert.Equal(146, R4Definitions.ResourceTypes.Count);
        Assert.Equal(20, R4Definitions.Types.Count(type => type.Kind == TypeKind.Primitive));
        Assert.Equal(
            1708,
            R4Definitions.ResourceTypes.Concat(["Resource", "DomainResource"])
            .SelectMany(type => R4Definitions.SearchParameters(type).Values).Distinct().Count());
        Assert.Equal(66, R4Definitions.ResourceTypes.Count(type => R4Definitions.PatientCompartment(type).Count > 0));
        Assert.All(R4Definitions.Types, type => Assert.True(type.Elements.Length <= 64));
        Assert.All(
            R4Definitions.Types.SelectMany(type => type.Elements).SelectMany(element => element.Types), type =>
            Assert.NotNull(type.Definition));
    }

    [Theory]
    [InlineData("Observation", "valueQuantity", "value", "Quantity")]
    [InlineData("Observation", "id", "id", "id")]
    [InlineData("Observation", "component", "component", "Observation.component")]
    [InlineData("Observation.component", "referenceRange", "referenceRange", "Observation.referenceRange")]
    [InlineData("Patient", "deceasedDateTime", "deceased", "dateTime")]
    [InlineData("Extension", "valueBase64Binary", "value", "base64Binary")]
    [InlineData("Age", "value", "value", "decimal")]
    [InlineData("Bundle.entry", "resource", "resource", "Resource")]
    [InlineData("Bundle.entry.response", "outcome", "outcome", "Resource")]
    [InlineData("Timing.repeat", "boundsPeriod", "bounds", "Period")]
    [InlineData("EvidenceVariable.characteristic", "definitionCanonical", "definition", "canonical")]
    public void A_JSON_property_leads_to_its_element_and_type(string type, string property, string element, string elementType)
    {
        var field = R4Definitions.Type(type)?.Field(property);

        Assert.Equal(element, field?.Element.Name);
        Assert.Equal(elementType, field?.Type.Name);
        Assert.Equal(elementType, field?.Type.Definition.Name);
    }

    [Theory]
    [InlineData("Observation", "value")]
    [InlineData("Observation", "valueAddress")]
    [InlineData("Meta", "project")]
    [InlineData("Patient", "a-name-that-is-longer-than-any-element-of-any-type-in-the-specification")]
    [InlineData("ResearchStudy", "outcomeMeasure")]
    public void A_property_that_R4_does_not_have_is_not_found(string type, string property) =>
        Assert.Null(R4Definitions.Type(type)?.Field(property));

    [Fact]
    public void Elements_carry_cardinality_flags_targets_and_codes()
    {
        var gender = R4Definitions.Type("Patient")!.Element("gender")!;
        var status = R4Definitions.Type("Observation")!.Element("status")!;
        var subject = R4Definitions.Type("Condition")!.Element("subject")!;
        var name = R4Definitions.Type("Patient")!.Element("name")!;

        Assert.True(gender.Codes!.Has("female"u8));
        Assert.False(gender.Codes.Has("f"u8));
        Assert.True(gender.Codes.Has("http://hl7.org/fhir/administrative-gender"u8, "other"u8));
        Assert.True(status is { Min: 1, Max: 1, IsModifier: true, IsSummary: true, IsArray: false });
        Assert.Equal(["Group", "Patient"], subject.Types[0].Targets);
        Assert.True(name is { Min: 0, Max: int.MaxValue, IsArray: true });
    }

    [Fact]
    public void Types_know_what_they_derive_from()
    {
        Assert.True(R4Definitions.Type("Patient")!.Is("DomainResource"));
        Assert.False(R4Definitions.Type("Bundle")!.Is("DomainResource"));
        Assert.True(R4Definitions.Type("Age")!.Is("Quantity"));
        Assert.True(R4Definitions.Type("code")!.Is("string"));
        Assert.True(R4Definitions.Type("Patient.contact")!.Is("BackboneElement"));
    }

    [Theory]
    [InlineData("Patient", true)]
    [InlineData("DomainResource", false)]
    [InlineData("SubscriptionStatus", false)]
    [InlineData("HumanName", false)]
    [InlineData("patient", false)]
    public void Only_concrete_R4_resources_are_resource_types(string name, bool expected)
    {
        Assert.Equal(expected, R4Definitions.IsResourceType(name));
        Assert.Equal(expected, R4Definitions.ResourceType(System.Text.Encoding.UTF8.GetBytes(name)) is not null);
    }

    [Fact]
    public void A_search_parameter_has_the_part_of_the_expression_that_starts_at_its_type()
    {
        Assert.Equal(
            "Observation.subject.where(resolve() is Patient)", R4Definitions.SearchParameter("Observation", "patient")!.Expression);
        Assert.Equal("Resource.meta.lastUpdated", R4Definitions.SearchParameter("Patient", "_lastUpdated")!.Expression);
        Assert.Equal(SearchParameterKind.Composite, R4Definitions.SearchParameter("Observation", "code-value-quantity")!.Kind);
        Assert.Equal(
            ["code", "value-quantity"],
            R4Definitions.SearchParameter("Observation", "code-value-quantity")!.Components.Select(part => part.Code));
        Assert.Equal(["Patient"], R4Definitions.SearchParameter("Observation", "patient")!.Targets);
        Assert.Null(R4Definitions.SearchParameter("Patient", "nonsense"));
        Assert.Empty(R4Definitions.SearchParameters("Nonsense"));
        Assert.All(
            R4Definitions.ResourceTypes.SelectMany(type => R4Definitions.SearchParameters(type).Values)
                .Where(parameter => parameter.Code is not ("_text" or "_content" or "_query")),
            parameter => Assert.NotEqual("", parameter.Expression));
    }

    [Fact]
    public void Search_parameter_ids_are_those_of_the_first_release()
    {
        Assert.Equal(1, R4Definitions.SearchParameter("Account", "identifier")!.Id);
        Assert.Equal(R4Definitions.SearchParameter("Patient", "_id")!.Id, R4Definitions.SearchParameter("Observation", "_id")!.Id);
        Assert.Same(
            R4Definitions.SearchParameter("Observation", "code"),
            R4Definitions.SearchParameter(R4Definitions.SearchParameter("Observation", "code")!.Id));
    }

    [Fact]
    public void The_patient_compartment_names_its_linking_parameters()
    {
        Assert.Equal(["subject", "performer"], R4Definitions.PatientCompartment("Observation"));
        Assert.Equal(["link"], R4Definitions.PatientCompartment("Patient"));
        Assert.Empty(R4Definitions.PatientCompartment("Organization"));
        Assert.Empty(R4Definitions.PatientCompartment("Nonsense"));
    }
}

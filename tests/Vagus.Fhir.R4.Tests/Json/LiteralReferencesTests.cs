using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Json;

public sealed class LiteralReferencesTests
{
    [Theory]
    [InlineData("""{"resourceType":"Patient","active":true,"name":[{"text":"Patient/1"}]}""")]
    [InlineData("""{"resourceType":"Observation","subject":{"reference":"Patient/1"}}""", "Observation.subject.reference=Patient/1")]
    [InlineData(
        """{"resourceType":"Observation","performer":[{"display":"x"},{"reference":"Practitioner/1"}]}""",
        "Observation.performer[1].reference=Practitioner/1")]
    [InlineData(
        """{"resourceType":"Patient","_birthDate":{"extension":[{"url":"u","valueReference":{"reference":"Patient/2"}}]}}""",
        "Patient.birthDate.extension[0].valueReference.reference=Patient/2")]
    [InlineData(
        """{"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"extension":[{"url":"u","valueReference":{"reference":"Patient/2"}}]}]}]}""",
        "Patient.name[0].given[1].extension[0].valueReference.reference=Patient/2")]
    [InlineData(
        """{"resourceType":"Observation","contained":[{"resourceType":"Patient","id":"c","managingOrganization":{"reference":"Organization/1"}}],"subject":{"reference":"#c"}}""",
        "Observation.contained[0].managingOrganization.reference=Organization/1", "Observation.subject.reference=#c")]
    [InlineData("""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","subject":{"reference":"Patient/1"}}}]}""")]
    [InlineData(
        """{"resourceType":"Parameters","parameter":[{"name":"a","resource":{"resourceType":"Observation","subject":{"reference":"Patient/1"}}},{"name":"b","valueReference":{"reference":"Patient/2"}}]}""",
        "Parameters.parameter[1].valueReference.reference=Patient/2")]
    [InlineData(
        """{"resourceType":"Observation","subject":{"identifier":{"assigner":{"reference":"Organization/1"}}}}""",
        "Observation.subject.identifier.assigner.reference=Organization/1")]
    [InlineData(
        """{"resourceType":"Questionnaire","item":[{"linkId":"1","item":[{"linkId":"2","initial":[{"valueReference":{"reference":"Patient/1"}}]}]}]}""",
        "Questionnaire.item[0].item[0].initial[0].valueReference.reference=Patient/1")]
    public void References_are_found_with_their_places_and_texts_that_look_alike_are_not(string json, params string[] found)
    {
        var references = LiteralReferences.Of(JsonElement.Parse(json));

        Assert.Equal(found, references.Select(reference => $"{reference.Expression}={reference.Text}"));
    }
}

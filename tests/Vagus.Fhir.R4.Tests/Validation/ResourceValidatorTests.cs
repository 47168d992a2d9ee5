using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;

namespace Vagus.Fhir.R4.Tests.Validation;

/// <summary>One case a line: the resource with ' for ", and what must be said about it, as code and FHIRPath.</summary>
public sealed class ResourceValidatorTests
{
    private const string Observation = "'resourceType':'Observation','status':'final','code':{'text':'x'}";

    [Theory]
    [InlineData("{'resourceType':'Patient','nmae':[]}", "structure Patient")]
    [InlineData("{'resourceType':'Patient','name':[{'first':'x'}]}", "structure Patient.name[0]", "structure Patient.name[0]")]
    [InlineData("{'resourceType':'Patient','contact':[{'name':{'given':['a'],'last':'b'}}]}", "structure Patient.contact[0].name")]
    [InlineData("{'resourceType':'Patient','_name':[{'id':'a'}]}", "structure Patient")]
    [InlineData("{'resourceType':'Patient','meta':{'project':'x'}}", "structure Patient.meta", "structure Patient.meta")]
    [InlineData("{'resourceType':'Patient','n\\u0061me':[{'text':'x'}]}", "structure Patient")]
    [InlineData("{'\\u0072esourceType':'Patient'}", "structure Patient")]
    [InlineData("{'resourceType':'HumanName'}", "structure ")]
    [InlineData("{'resourceType':'DomainResource'}", "structure ")]
    [InlineData("{'resourceType':'SubscriptionStatus'}", "structure ")]
    [InlineData(
        "{'resourceType':'Parameters','parameter':[{'name':'a','resource':{'id':'x'}}]}", "structure Parameters.parameter[0].resource")]
    [InlineData(
        "{'resourceType':'Parameters','parameter':[{'name':'a','resource':{'resourceType':'Nope'}}]}",
        "structure Parameters.parameter[0].resource")]
    [InlineData("{'resourceType':'Parameters','parameter':[{'name':'a','resource':'x'}]}", "structure Parameters.parameter[0].resource")]
    [InlineData(
        "{'resourceType':'Bundle','type':'collection','entry':[{'resource':{'resourceType':'Patient','gender':'x'}}]}",
        "code-invalid Bundle.entry[0].resource.gender")]
    public void Unknown_elements_and_types_are_refused(string json, params string[] expected) => Refused(json, expected);

    [Theory]
    [InlineData("{'resourceType':'Observation'}", "required Observation.status", "required Observation.code")]
    [InlineData("{'resourceType':'Patient','link':[{'other':{'reference':'Patient/1'}}]}", "required Patient.link[0].type")]
    [InlineData("{'resourceType':'Patient','communication':[{'preferred':true}]}", "required Patient.communication[0].language")]
    [InlineData("{'resourceType':'Patient','name':{'family':'x'}}", "structure Patient.name")]
    [InlineData("{'resourceType':'Patient','birthDate':['2000']}", "structure Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','name':[]}", "structure Patient.name")]
    [InlineData("{'resourceType':'Patient','name':[{}]}", "structure Patient.name[0]")]
    [InlineData("{'resourceType':'Patient','name':[{'id':'only'}]}", "structure Patient.name[0]")]
    [InlineData("{'resourceType':'Patient','maritalStatus':{}}", "structure Patient.maritalStatus")]
    [InlineData("{'resourceType':'Patient','name':[null]}", "structure Patient.name[0]")]
    [InlineData("{'resourceType':'Patient','maritalStatus':null}", "structure Patient.maritalStatus")]
    [InlineData("{'resourceType':'Patient','active':null}", "structure Patient.active")]
    [InlineData("{'resourceType':'Patient','name':['x']}", "structure Patient.name[0]")]
    [InlineData("{'resourceType':'Patient','text':{'status':'generated'}}", "required Patient.text.div")]
    [InlineData("{'resourceType':'Bundle'}", "required Bundle.type")]
    public void Cardinality_and_shape_are_checked(string json, params string[] expected) => Refused(json, expected);

    [Theory]
    [InlineData("{'resourceType':'Patient','active':'true'}", "structure Patient.active")]
    [InlineData("{'resourceType':'Patient','active':1}", "structure Patient.active")]
    [InlineData("{'resourceType':'Patient','gender':true}", "structure Patient.gender")]
    [InlineData("{'resourceType':'Patient','birthDate':2000}", "structure Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','birthDate':{}}", "structure Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','multipleBirthInteger':'2'}", "structure Patient.multipleBirth")]
    [InlineData("{'resourceType':'Patient','multipleBirthInteger':2.0}", "value Patient.multipleBirth")]
    [InlineData("{'resourceType':'Patient','multipleBirthInteger':2e0}", "value Patient.multipleBirth")]
    [InlineData("{'resourceType':'Patient','multipleBirthInteger':-0}", "value Patient.multipleBirth")]
    [InlineData("{'resourceType':'Patient','multipleBirthInteger':2147483648}", "value Patient.multipleBirth")]
    [InlineData("{'resourceType':'Patient','telecom':[{'rank':0}]}", "value Patient.telecom[0].rank")]
    [InlineData("{'resourceType':'Patient','photo':[{'size':-1}]}", "value Patient.photo[0].size")]
    [InlineData("{" + Observation + ",'valueQuantity':{'value':'1.0'}}", "structure Observation.value.value")]
    [InlineData("{'resourceType':'Patient','name':[{'family':''}]}", "value Patient.name[0].family")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a','']}]}", "value Patient.name[0].given[1]")]
    [InlineData("{'resourceType':'Patient','name':[{'family':'a\\u0007'}]}", "value Patient.name[0].family")]
    [InlineData("{'resourceType':'Patient','name':[{'family':'a\\b'}]}", "value Patient.name[0].family")]
    [InlineData("{'resourceType':'Patient','id':'has space'}", "value Patient.id")]
    [InlineData("{'resourceType':'Patient','birthDate':'2001-02-29'}", "value Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','deceasedDateTime':'2001-02-01T10:00:00'}", "value Patient.deceased")]
    [InlineData("{'resourceType':'Patient','meta':{'lastUpdated':'2001-02-01'}}", "value Patient.meta.lastUpdated")]
    [InlineData("{'resourceType':'Patient','identifier':[{'system':'has space'}]}", "value Patient.identifier[0].system")]
    [InlineData("{'resourceType':'Patient','photo':[{'data':'abc'}]}", "value Patient.photo[0].data")]
    [InlineData("{'resourceType':'Patient','language':' en'}", "value Patient.language")]
    [InlineData("{'resourceType':'Patient','extension':[{'url':'u:x','valueOid':'urn:oid:3.1'}]}", "value Patient.extension[0].value")]
    [InlineData("{'resourceType':'Patient','extension':[{'url':'u:x','valueUuid':'urn:uuid:1'}]}", "value Patient.extension[0].value")]
    [InlineData("{'resourceType':'Patient','extension':[{'url':'u:x','valueTime':'24:00:00'}]}", "value Patient.extension[0].value")]
    [InlineData("{'resourceType':'Patient','text':{'status':'generated','div':'hello'}}", "invariant Patient.text.div")]
    public void Primitive_types_and_formats_are_checked(string json, params string[] expected) => Refused(json, expected);

    [Theory]
    [InlineData("{" + Observation + ",'valueString':'a','valueBoolean':true}", "structure Observation.value")]
    [InlineData(
        "{" + Observation + ",'valueString':'a','_valueBoolean':{'extension':[{'url':'u:x','valueString':'b'}]}}",
        "structure Observation.value")]
    [InlineData("{" + Observation + ",'valueAddress':{'city':'x'}}", "structure Observation")]
    [InlineData("{" + Observation + ",'value':'x'}", "structure Observation")]
    [InlineData("{'resourceType':'Patient','extension':[{'valueString':'b'}]}", "required Patient.extension[0].url")]
    [InlineData("{'resourceType':'Patient','extension':[{'url':'u:x'}]}", "invariant Patient.extension[0]")]
    [InlineData(
        "{'resourceType':'Patient','extension':[{'url':'u:x','valueString':'a','extension':[{'url':'y','valueString':'b'}]}]}",
        "invariant Patient.extension[0]")]
    [InlineData("{'resourceType':'Patient','_birthDate':{}}", "structure Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','_birthDate':{'id':'a'}}", "structure Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','_birthDate':[{'id':'a'}]}", "structure Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','_birthDate':{'value':'a'}}", "structure Patient.birthDate", "structure Patient.birthDate")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a',null]}]}", "structure Patient.name[0].given[1]")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a',null],'_given':[null,null]}]}", "structure Patient.name[0].given[1]")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a'],'_given':{'id':'x'}}]}", "structure Patient.name[0].given")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a'],'_given':[]}]}", "structure Patient.name[0].given")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a'],'_given':[null,{'id':'x'}]}]}", "structure Patient.name[0].given[1]")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a','b'],'_given':[{'id':'x'}]}]}", "structure Patient.name[0].given[1]")]
    public void Choices_extensions_and_twins_are_checked(string json, params string[] expected) => Refused(json, expected);

    [Theory]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Patient/1'}}", "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Patient?identifier=a|b'}}",
        "not-supported Patient.managingOrganization.reference", "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Organization?identifier=a|b'}}",
        "not-supported Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Organization?'}}", "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Organization'}}", "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Organization/'}}", "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Organization/1/2'}}",
        "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Organization/1/_history/'}}",
        "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Hospital/1'}}", "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'/Organization/1'}}",
        "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'#nobody'}}", "not-found Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','contained':[{'resourceType':'Device','id':'d'}],'managingOrganization':{'reference':'#d'}}",
        "value Patient.managingOrganization.reference")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'reference':'Organization/1','type':'Patient'}}",
        "value Patient.managingOrganization.type")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'type':'Patient','display':'x'}}", "value Patient.managingOrganization.type")]
    [InlineData(
        "{'resourceType':'Patient','managingOrganization':{'type':'Hospital','display':'x'}}", "value Patient.managingOrganization.type")]
    [InlineData(
        "{'resourceType':'Patient','contained':[{'resourceType':'Patient','contained':[{'resourceType':'Patient'}]}]}",
        "structure Patient.contained[0].contained[0]")]
    [InlineData(
        "{'resourceType':'Patient','contained':[{'resourceType':'Organization','id':'o','meta':{'versionId':'1'}}]}",
        "invariant Patient.contained[0]")]
    public void References_and_contained_resources_are_checked(string json, params string[] expected) => Refused(json, expected);

    [Theory]
    [InlineData("{'resourceType':'Patient','gender':'Male'}", "code-invalid Patient.gender")]
    [InlineData("{'resourceType':'Observation','status':'done','code':{'text':'x'}}", "code-invalid Observation.status")]
    [InlineData("{" + Observation + ",'valueQuantity':{'value':1,'comparator':'=='}}", "code-invalid Observation.value.comparator")]
    [InlineData(
        "{'resourceType':'Condition','subject':{'reference':'Patient/1'},'clinicalStatus':{'text':'active'}}",
        "code-invalid Condition.clinicalStatus")]
    [InlineData(
        "{'resourceType':'Condition','subject':{'reference':'Patient/1'},'clinicalStatus':{'coding':[{'code':'active'}]}}",
        "code-invalid Condition.clinicalStatus")]
    [InlineData(
        "{'resourceType':'Condition','subject':{'reference':'Patient/1'},'clinicalStatus':{'coding':[{'system':'urn:x','code':'active'}]}}",
        "code-invalid Condition.clinicalStatus")]
    public void Codes_of_required_bindings_are_checked(string json, params string[] expected) => Refused(json, expected);

    [Theory]
    [InlineData("{'resourceType':'Patient'}")]
    [InlineData("{'resourceType':'Parameters'}")]
    [InlineData("{'resourceType':'Patient','contained':[{'resourceType':'Organization','id':'o','meta':{'profile':['urn:x']}}]}")]
    [InlineData("{'resourceType':'Patient','contained':[{'resourceType':'Organization','id':'o','meta':{'security':[{'code':'R'}]}}]}")]
    [InlineData("{'resourceType':'Patient','birthDate':'2000','_birthDate':{'id':'a'}}")]
    [InlineData("{'resourceType':'Patient','_birthDate':{'extension':[{'url':'u:x','valueCode':'unknown'}]}}")]
    [InlineData("{'resourceType':'Patient','name':[{'given':['a',null],'_given':[null,{'extension':[{'url':'u:x','valueCode':'y'}]}]}]}")]
    [InlineData("{'resourceType':'Patient','name':[{'given':[null,'b'],'_given':[{'extension':[{'url':'u:x','valueCode':'y'}]},null]}]}")]
    [InlineData("{'resourceType':'Patient','name':[{'_given':[{'extension':[{'url':'u:x','valueCode':'y'}]}]}]}")]
    [InlineData("{" + Observation + ",'_valueString':{'id':'i'},'valueString':'a'}")]
    [InlineData("{" + Observation + ",'subject':{'reference':'http://other.example/fhir/Device/1'}}")]
    [InlineData("{" + Observation + ",'subject':{'reference':'urn:uuid:0c6e7f0e-0000-4000-8000-000000000000'}}")]
    [InlineData("{" + Observation + ",'subject':{'reference':'Patient/1/_history/2','type':'Patient'}}")]
    [InlineData("{" + Observation + ",'subject':{'reference':'Patient\\/1'}}")]
    [InlineData(
        "{'resourceType':'Bundle','type':'transaction','entry':[{'resource':{" + Observation
        + ",'subject':{'reference':'Patient?identifier=a|b'}},'request':{'method':'POST','url':'Observation'}}]}")]
    [InlineData("{" + Observation + ",'contained':[{'resourceType':'Patient','id':'p'}],'subject':{'reference':'#p'}}")]
    [InlineData(
        "{'resourceType':'Patient','contained':[{'resourceType':'Provenance','recorded':'2020-01-01T00:00:00Z','target':[{'reference':'#'}],'agent':[{'who':{'display':'x'}}]}]}")]
    [InlineData(
        "{'resourceType':'Condition','subject':{'reference':'Patient/1'},'clinicalStatus':{'extension':[{'url':'u:x','valueCode':'unknown'}]}}")]
    [InlineData(
        "{'resourceType':'Condition','subject':{'reference':'Patient/1'},'clinicalStatus':{'coding':[{'system':'http:\\/\\/terminology.hl7.org\\/CodeSystem\\/condition-clinical','code':'active'}]}}")]
    [InlineData("{" + Observation + ",'valueQuantity':{'value':1e-3,'comparator':'<'}}")]
    [InlineData(
        "{'resourceType':'Patient','text':{'status':'generated','div':'<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">a <b>b</b></div>'}}")]
    public void What_R4_allows_is_accepted(string json) => Refused(json);

    [Fact]
    public void A_resource_full_of_mistakes_gets_fifty_issues_at_most()
    {
        var names = string.Join(',', Enumerable.Repeat("{'family':''}", 1000));

        Assert.Equal(ResourceValidator.MostIssues, Validate($"{{'resourceType':'Patient','name':[{names}]}}").Count);
    }

    [Fact]
    public void What_was_sent_is_not_repeated()
    {
        var issues = Validate(
            "{'resourceType':'Patient','gender':'SECRET','birthDate':'SECRET','SECRET 1':2,'managingOrganization':{'reference':'SECRET/1'}}");

        Assert.Equal(4, issues.Count);
        Assert.DoesNotContain(issues, issue => issue.ToString().Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public void A_string_of_more_than_a_megabyte_is_too_long()
    {
        string With(int length) => $"{{'resourceType':'Patient','name':[{{'text':'{new string('ä', length)}'}}]}}";

        Assert.Empty(Validate(With(1024 * 1024)));
        Assert.Equal("too-long", Assert.Single(Validate(With((1024 * 1024) + 1))).Code);
    }

    private static void Refused(string json, params string[] expected) =>
        Assert.Equal(expected, Validate(json).Select(issue => $"{issue.Code} {issue.Expression}"));

    private static IReadOnlyList<FhirIssue> Validate(string json)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(json.Replace('\'', '"')));
        return ResourceValidator.Validate(document.RootElement, OwnBases.None);
    }
}

using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Fhir.R4.Xml;
using Vagus.Testing;

namespace Vagus.Fhir.R4.Tests.Xml;

/// <summary>XML and JSON of one resource say the same, and each value keeps its text.</summary>
public sealed class XmlTests
{
    private const string Json =
        """{"resourceType":"Observation","id":"o","meta":{"versionId":"1"},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a &amp; <b>b</b> é</div>"},"contained":[{"resourceType":"Patient","id":"p","name":[{"given":["A","B"],"_given":[null,{"id":"g"}]}],"birthDate":"1930","_birthDate":{"extension":[{"url":"urn:x","valueDecimal":1.10}]}}],"status":"final","code":{"id":"c","text":"line\nbreak \t < & \" two"},"valueQuantity":{"value":1.50E2},"component":[{"code":{"text":"x"},"valueQuantity":{"value":0.12345678901234567890123456789012345678901}},{"code":{"text":"y"},"valueBoolean":false}]}""";

    private const string Xml =
        """<Observation xmlns="http://hl7.org/fhir"><id value="o" /><meta><versionId value="1" /></meta><text><status value="generated" /><div xmlns="http://www.w3.org/1999/xhtml">a &amp; <b>b</b> é</div></text><contained><Patient><id value="p" /><name><given value="A" /><given value="B" id="g" /></name><birthDate value="1930"><extension url="urn:x"><valueDecimal value="1.10" /></extension></birthDate></Patient></contained><status value="final" /><code id="c"><text value="line&#xA;break &#x9; &lt; &amp; &quot; two" /></code><valueQuantity><value value="1.50E2" /></valueQuantity><component><code><text value="x" /></code><valueQuantity><value value="0.12345678901234567890123456789012345678901" /></valueQuantity></component><component><code><text value="y" /></code><valueBoolean value="false" /></component></Observation>""";

    [Fact]
    public void Json_becomes_xml_with_every_value_as_it_was() =>
        Assert.Equal(
            Xml.Replace("""<given value="B" id="g" />""", """<given id="g" value="B" />""", StringComparison.Ordinal),
            Written(Json)[(Written(Json).IndexOf("?>", StringComparison.Ordinal) + 2)..]);

    [Fact]
    public void Xml_becomes_json_with_every_value_as_it_was() =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(Json), JsonElement.Parse(Read(Xml))), Read(Xml));

    [Fact]
    public void Blanks_of_a_narrative_stay_and_those_between_elements_go()
    {
        const string div = """<div xmlns="http://www.w3.org/1999/xhtml"><b>1</b> <b>0 mg</b></div>""";
        const string indented = $"""
            <Patient xmlns="http://hl7.org/fhir">
              <text>
                <status value="generated"/>
                {div}
              </text>
              <contained>
                <Basic> <id value="b"> </id> </Basic>
              </contained>
            </Patient>
            """;

        var read = JsonElement.Parse(Read(indented));

        Assert.Equal(div, read.GetProperty("text").GetProperty("div").GetString());
        Assert.Equal("b", read.GetProperty("contained")[0].GetProperty("id").GetString());
    }

    [Fact]
    public void The_text_of_a_number_stays() => Assert.Contains("\"value\":1.50E2", Read(Xml), StringComparison.Ordinal);

    [Fact]
    public void Synthetic_records_go_to_xml_and_back_unchanged()
    {
        foreach (var file in SampleData.SyntheaBundles().OrderBy(path => new FileInfo(path).Length).Take(2))
        {
            // An empty element of a narrative is written with a blank.
            var bundle = File.ReadAllText(file).Replace(" />", "/>", StringComparison.Ordinal)
                .Replace("/>", " />", StringComparison.Ordinal);

            var back = XmlReading.ToJson(Encoding.UTF8.GetBytes(Written(bundle))).Value;

            Assert.Empty(ResourceValidator.Validate(JsonElement.Parse(back), OwnBases.None));
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(bundle), JsonElement.Parse(back)), file);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("<Patient>")]
    [InlineData("<Patient/>")]
    [InlineData("<Nothing xmlns='http://hl7.org/fhir'/>")]
    [InlineData("<Patient xmlns='urn:other'/>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><shoeSize value='44'/></Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><birthDate value='1930'/><birthDate value='1931'/></Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><name/><active value='true'/><name/></Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'>text</Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><active valeu='true'/></Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><contained/></Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'><text><div>no XHTML</div></text></Patient>")]
    [InlineData("<!DOCTYPE Patient><Patient xmlns='http://hl7.org/fhir'/>")]
    [InlineData("<!DOCTYPE p [<!ENTITY a 'aaaa'>]><Patient xmlns='http://hl7.org/fhir'><language value='&a;'/></Patient>")]
    [InlineData("<!DOCTYPE p [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><Patient xmlns='http://hl7.org/fhir'><language value='&a;'/></Patient>")]
    [InlineData("<Patient xmlns='http://hl7.org/fhir'/><Patient xmlns='http://hl7.org/fhir'/>")]
    public void What_is_no_resource_is_refused(string xml) =>
        Assert.Equal("structure", XmlReading.ToJson(Encoding.UTF8.GetBytes(xml)).Refusal?.Code);

    [Fact]
    public void Depth_ends_at_a_limit()
    {
        var deep = string.Concat(Enumerable.Repeat("<extension url='u'>", 10_000));

        Assert.Equal(
            "structure", XmlReading.ToJson(Encoding.UTF8.GetBytes($"<Patient xmlns='http://hl7.org/fhir'>{deep}")).Refusal?.Code);
    }

    [Fact]
    public void What_xml_cannot_hold_is_marked_and_no_document_is_broken()
    {
        var xml = Written("""{"resourceType":"Patient","name":[{"text":"a\u0001b"}],"text":{"status":"generated","div":"<div>&nbsp;<p>"}}""");

        using var reader = System.Xml.XmlReader.Create(new StringReader(xml));
        while (reader.Read())
        {
        }

        Assert.Contains("a\uFFFDb", xml, StringComparison.Ordinal);
    }

    [Fact]
    public void Named_characters_of_narratives_are_written_by_their_number()
    {
        var xml = Written("""
            {"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a&nbsp;b &eacute; 1 &lt; 2 &amp;nbsp; &#233;</div>"}}
            """);

        Assert.Contains(">a&#160;b &#233; 1 &lt; 2 &amp;nbsp; &#233;</div>", xml, StringComparison.Ordinal);
    }

    private static string Written(string json) => Encoding.UTF8.GetString(XmlWriting.ToXml(Encoding.UTF8.GetBytes(json), indented: false));

    private static string Read(string xml) => Encoding.UTF8.GetString(XmlReading.ToJson(Encoding.UTF8.GetBytes(xml)).Value);
}

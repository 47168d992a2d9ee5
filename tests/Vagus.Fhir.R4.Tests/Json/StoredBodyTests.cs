using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Testing;

namespace Vagus.Fhir.R4.Tests.Json;

public sealed class StoredBodyTests
{
    private const string Head = "\"id\":\"7\",\"meta\":{\"versionId\":\"3\",\"lastUpdated\":\"2026-01-02T03:04:05.678Z\"";

    private static readonly DateTimeOffset LastUpdated = new(2026, 1, 2, 5, 4, 5, 678, TimeSpan.FromHours(2));

    [Theory]
    [InlineData("{ \"active\" : true,\n\t\"resourceType\":\"Patient\" }", "{\"resourceType\":\"Patient\"," + Head + "},\"active\":true}")]
    [InlineData("{\"resourceType\":\"Patient\",\"id\":\"x\",\"_id\":{\"extension\":[]}}", "{\"resourceType\":\"Patient\"," + Head + "}}")]
    [InlineData(
        "{\"resourceType\":\"Patient\",\"meta\":{\"lastUpdated\":\"2000-01-01T00:00:00Z\",\"versionId\":\"9\",\"_versionId\":{},\"profile\":[ \"http://x\" ],\"tag\":[{\"code\":\"a\"}]}}",
        "{\"resourceType\":\"Patient\"," + Head + ",\"profile\":[\"http://x\"],\"tag\":[{\"code\":\"a\"}]}}")]
    public void The_servers_id_and_version_stand_behind_the_type(string json, string expected) => Assert.Equal(expected, Write(json));

    [Fact]
    public void Order_numbers_and_escapes_stay_as_the_client_wrote_them()
    {
        const string rest =
            "\"valueQuantity\":{\"unit\":\"m\\u006d \\\"\\\\ \\/ ä\",\"value\":1.10},\"component\":[{\"valueQuantity\":{\"value\":1e3}},{\"valueQuantity\":{\"value\":-0.000}}],\"x\":[null,true,false,[]],\"y\":{}";

        Assert.Equal(
            "{\"resourceType\":\"Observation\"," + Head + "}," + rest + "}", Write("{\"resourceType\":\"Observation\"," + rest + "}"));
    }

    [Fact]
    public void Whitespace_goes_everywhere_but_inside_strings() =>
        Assert.Equal(
            "{\"resourceType\":\"Patient\"," + Head + "},\"name\":[{\"text\":\" a  b \",\"given\":[\"x\",\"y\"]},{}]}",
            Write(
                "{\r\n \"resourceType\" : \"Patient\" , \"name\" : [ { \"text\" : \" a  b \" , \"given\" : [ \"x\" , \"y\" ] } , { } ] }"));

    [Theory]
    [InlineData("\"subject\":{\"reference\":\"urn:uuid:1\"}", "\"subject\":{\"reference\":\"Patient/1\"}")]
    [InlineData("\"subject\":{\"reference\":\"Patient?identifier=a\"}", "\"subject\":{\"reference\":\"Patient/found\"}")]
    [InlineData("\"subject\":{\"display\":\"urn:uuid:1\"}", "\"subject\":{\"display\":\"urn:uuid:1\"}")]
    [InlineData("\"subject\":{\"reference\":\"urn:uuid:other\"}", "\"subject\":{\"reference\":\"urn:uuid:other\"}")]
    [InlineData(
        "\"identifier\":[{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:1\"}]",
        "\"identifier\":[{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:1\"}]")]
    [InlineData(
        "\"extension\":[{\"url\":\"u:x\",\"valueReference\":{\"reference\":\"urn:uuid:1\"}}]",
        "\"extension\":[{\"url\":\"u:x\",\"valueReference\":{\"reference\":\"Patient/1\"}}]")]
    [InlineData(
        "\"extension\":[{\"url\":\"u:x\",\"valueUri\":\"urn:uuid:1\"}]", "\"extension\":[{\"url\":\"u:x\",\"valueUri\":\"Patient/1\"}]")]
    [InlineData(
        "\"extension\":[{\"url\":\"u:x\",\"valueUuid\":\"urn:uuid:1\"}]", "\"extension\":[{\"url\":\"u:x\",\"valueUuid\":\"Patient/1\"}]")]
    [InlineData(
        "\"extension\":[{\"url\":\"u:x\",\"valueAttachment\":{\"url\":\"urn:uuid:1\"}}]",
        "\"extension\":[{\"url\":\"u:x\",\"valueAttachment\":{\"url\":\"Patient/1\"}}]")]
    [InlineData("\"instantiatesCanonical\":\"urn:uuid:1\"", "\"instantiatesCanonical\":\"urn:uuid:1\"")]
    [InlineData(
        "\"extension\":[{\"url\":\"u:x\",\"valueCanonical\":\"urn:uuid:1\"}]",
        "\"extension\":[{\"url\":\"u:x\",\"valueCanonical\":\"urn:uuid:1\"}]")]
    [InlineData("\"valueString\":\"urn:uuid:1\"", "\"valueString\":\"urn:uuid:1\"")]
    [InlineData(
        "\"_status\":{\"extension\":[{\"url\":\"u:x\",\"valueUri\":\"urn:uuid:1\"}]}",
        "\"_status\":{\"extension\":[{\"url\":\"u:x\",\"valueUri\":\"Patient/1\"}]}")]
    [InlineData(
        "\"contained\":[{\"id\":\"a\",\"x\":[{}],\"resourceType\":\"Encounter\",\"subject\":{\"reference\":\"urn:uuid:1\"}}]",
        "\"contained\":[{\"id\":\"a\",\"x\":[{}],\"resourceType\":\"Encounter\",\"subject\":{\"reference\":\"Patient/1\"}}]")]
    [InlineData(
        "\"component\":[{\"referenceRange\":[{\"extension\":[{\"url\":\"u:x\",\"valueUri\":\"urn:uuid:1\"}]}]}]",
        "\"component\":[{\"referenceRange\":[{\"extension\":[{\"url\":\"u:x\",\"valueUri\":\"Patient/1\"}]}]}]")]
    [InlineData(
        "\"text\":{\"div\":\"<div><a href=\\\"urn:uuid:1\\\">urn:uuid:1</a><img alt='urn:uuid:1' src = 'urn:uuid:1'/></div>\"}",
        "\"text\":{\"div\":\"<div><a href=\\\"Patient/1\\\">urn:uuid:1</a><img alt='urn:uuid:1' src = 'Patient/1'/></div>\"}")]
    public void Links_are_rewritten_and_texts_that_look_like_links_are_not(string json, string expected) =>
        Assert.Equal(
            "{\"resourceType\":\"Observation\"," + Head + "}," + expected + "}",
            Write("{\"resourceType\":\"Observation\"," + json + "}", Rewrite));

    [Fact]
    public void A_link_in_meta_is_rewritten_too() =>
        Assert.Equal(
            "{\"resourceType\":\"Patient\"," + Head + ",\"source\":\"Patient/1\"}}",
            Write("{\"resourceType\":\"Patient\",\"meta\":{\"source\":\"urn:uuid:1\"}}", Rewrite));

    [Fact]
    public void A_link_longer_than_any_buffer_is_asked_about_whole()
    {
        var link = "http://x/" + new string('a', 5000);

        var body = Write(
            $"{{\"resourceType\":\"Observation\",\"subject\":{{\"reference\":\"{link}\"}}}}", (_, asked) =>
            asked.SequenceEqual(link) ? "Patient/\"" : null);

        Assert.EndsWith("\"subject\":{\"reference\":\"Patient/\\\"\"}}", body, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_synthetic_resource_keeps_its_content_and_stays_valid()
    {
        foreach (var file in SampleData.SyntheaBundles().Take(5))
        {
            using var bundle = FhirJson.ParseResource(File.ReadAllBytes(file)).Value;
            foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource");
                using var stored = FhirJson.ParseResource(
                    StoredBody.Write(resource, resource.GetProperty("id").GetString()!, 1, LastUpdated, (_, _) => null)).Value;

                Assert.Empty(ResourceValidator.Validate(stored.RootElement, OwnBases.None));
                Assert.All(
                    resource.EnumerateObject().Where(property => property.Name != "meta"),
                    property => Assert.True(JsonElement.DeepEquals(property.Value, stored.RootElement.GetProperty(property.Name))));
            }
        }
    }

    private static string? Rewrite(LinkKind kind, ReadOnlySpan<char> link) => link switch
    {
        "urn:uuid:1" => "Patient/1",
        "Patient?identifier=a" when kind == LinkKind.Reference => "Patient/found",
        _ => null,
    };

    private static string Write(string json, LinkRewrite? rewrite = null)
    {
        using var document = FhirJson.ParseResource(Encoding.UTF8.GetBytes(json)).Value;
        return Encoding.UTF8.GetString(StoredBody.Write(document.RootElement, "7", 3, LastUpdated, rewrite));
    }
}

using System.Net.Http.Headers;
using System.Text;

namespace Vagus.Bench.Abuse;

/// <summary>Requests that ask for much by little, or bring much.</summary>
internal static class Abuses
{
    private const int Alternatives = 50;
    private const int LargeBytes = 100 * 1024 * 1024;
    private static readonly byte[] Large = new byte[LargeBytes];

    public static readonly CostlyRequest[] All =
    [
        new("chain of 1,000 links", [422], () => Search("Observation", $"subject:Patient.{Repeated("link:Patient.", 999)}name=x")),
        new("chain of three", [200], () => Search("Observation", "subject:Patient.general-practitioner:Practitioner.name=x")),
        new("storm of includes", [200], () => Search(
            "Observation", "_include=*&_include:iterate=*&_revinclude=*&_revinclude:iterate=*&_count=1000")),
        new("_count of a billion", [200], () => Search("Observation", "_count=1000000000")),
        new("sorted by a hundred", [422], () => Search("Observation", $"_sort={Repeated("code,-date,", 50)}status&_count=1000")),
        new("sorted by three", [200], () => Search("Observation", "_sort=value-quantity,-date,code&_count=1000")),
        new("everything, counted", [200], () => Search("Observation", "code:not=none&_total=accurate&_count=1000")),
        new("texts of patterns", [200], () => Search("Patient", $"name:contains={Repeated("%25_", 3_000)}&family:contains=a")),
        new("thousands of values", [422], () => Search("Observation", string.Join('&', Enumerable.Range(0, 60).Select(Values)))),
        new("two hundred values", [200], () => Search("Observation", string.Join('&', Enumerable.Range(0, 4).Select(Values)))),
        new("dates at both ends", [200], () => Search("Observation", "date=ap0001&date=ap9999-12-31T23:59:59Z&date=ne2026")),
        new("units of nonsense", [200], () => Search("Observation", $"value-quantity=5|http://unitsofmeasure.org|{Repeated("(", 5_000)}")),
        new("regular expressions", [422], () => Patch("""
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"delete"},
             {"name":"path","valueString":"Patient.name.where(family.matches('(a+)+$'))"}]}]}
            """)),
        new("deep nesting", [400], () => Post("/fhir/Basic", Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Basic","code":{"text":"x"},"extension":{{new string('[', 200_000)}}{{new string(']', 200_000)}}}"""))),
        new("a bundle of 100 MB", [413], () => Post("/fhir", Large)),
        new("a batch of 5,000 searches", [200], () => Post("/fhir", Encoding.UTF8.GetBytes(AbusedClinic.Bundle("batch", Enumerable.Repeat(
            """{"request":{"method":"GET","url":"Observation?code:not=c1&_count=1000"}}""", 5_000))))),
    ];

    /// <summary>Alternatives of one parameter, none of which another one has.</summary>
    private static string Values(int parameter) =>
        $"code={string.Join(',', Enumerable.Range(parameter * Alternatives, Alternatives).Select(value => $"c{value}"))}";

    private static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static HttpRequestMessage Search(string type, string form) => new(HttpMethod.Post, $"/fhir/{type}/_search")
    {
        Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"),
    };

    private static HttpRequestMessage Patch(string body) => new(HttpMethod.Patch, "/fhir/Patient/p0") { Content = Fhir(Encoding.UTF8.GetBytes(body)) };

    private static HttpRequestMessage Post(string path, byte[] body) => new(HttpMethod.Post, path) { Content = Fhir(body) };

    private static ByteArrayContent Fhir(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        return content;
    }
}

using System.Net.Http.Headers;
using System.Text;

namespace Vagus.Bench.Abuse;

/// <summary>Requests that ask for much by little, or bring much.</summary>
internal static class Abuses
{
    private const int LargeBytes = 100 * 1024 * 1024;
    private static readonly byte[] Large = new byte[LargeBytes];

    public static readonly (string Name, Func<HttpRequestMessage> Request)[] All =
    [
        ("chain of 1,000 links", () => Search("Observation", $"{Repeated("subject:Patient.link:", 1_000)}name=x")),
        ("chain of three", () => Search("Observation", "subject:Patient.general-practitioner:Practitioner.name=x")),
        ("storm of includes", () => Search("Observation", "_include=*&_include:iterate=*&_revinclude=*&_revinclude:iterate=*&_count=1000")),
        ("_count of a billion", () => Search("Observation", "_count=1000000000")),
        ("sorted by a hundred", () => Search("Observation", $"_sort={Repeated("code,-date,", 50)}status&_count=1000")),
        ("sorted by three", () => Search("Observation", "_sort=value-quantity,-date,code&_count=1000")),
        ("everything, counted", () => Search("Observation", "code:not=none&_total=accurate&_count=1000")),
        ("texts of patterns", () => Search("Patient", $"name:contains={Repeated("%25_", 3_000)}&family:contains=a")),
        ("thousands of values", () => Search("Observation", $"code={Repeated("http://loinc.org|c,", 20_000)}x")),
        ("dates at both ends", () => Search("Observation", "date=ap0001&date=ap9999-12-31T23:59:59Z&date=ne2026")),
        ("units of nonsense", () => Search("Observation", $"value-quantity=5e300|http://unitsofmeasure.org|{Repeated("(", 5_000)}")),
        ("regular expressions", () => Patch("""
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"delete"},
             {"name":"path","valueString":"Patient.name.where(family.matches('(a+)+$'))"}]}]}
            """)),
        ("deep nesting", () => Post("/fhir/Basic", Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Basic","code":{"text":"x"},"extension":{{new string('[', 200_000)}}{{new string(']', 200_000)}}}"""))),
        ("a bundle of 100 MB", () => Post("/fhir", Large)),
        ("a batch of 5,000 searches", () => Post("/fhir", Encoding.UTF8.GetBytes(AbusedClinic.Bundle("batch", Enumerable.Repeat(
            """{"request":{"method":"GET","url":"Observation?code:not=c1&_count=1000"}}""", 5_000))))),
    ];

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

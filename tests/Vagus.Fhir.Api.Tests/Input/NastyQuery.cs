using System.Text;

namespace Vagus.Fhir.Api.Tests.Input;

/// <summary>
/// Query strings, form bodies and header values that a parser may stumble over. Equal seeds give equal texts; all are ASCII.
/// </summary>
internal sealed class NastyQuery(int seed)
{
    private static readonly string[] Names =
    [
        "family", "given:exact", "name:contains", "identifier", "identifier:not", "birthdate", "general-practitioner",
        "general-practitioner:Organization", "subject:identifier",
        "patient", "code", "date", "value-string", "value-quantity", "_id", "_lastUpdated", "_count", "_sort", "_total", "_summary",
        "_cursor", "_format", "_since", "_before",
        "_has:Observation:patient:code", "organization.name", "active:missing", "%00", "a%ff", "%ed%a0%80", ":", "_", "", "_id:not",
        "family:", ":exact", "%3A",
    ];

    private static readonly string[] Values =
    [
        "x", "%00", "a%00b", "%ff%fe", "%ed%a0%80", "%ed%b0%80%ed%a0%80", "%c3", "%f0%9f%98%80", "%F4%90%80%80", "%", "%4", "%zz",
        "%u0041", "%25", "+", "\\", "\\\\,", ",", ",,,", "|", "||", "%7C%7C%7C",
        "$", "'", "%22", "--", "Patient/1", "Patient/", "/1", "http://", "http:///Patient/1", "https://a/Patient/1/_history/",
        "urn:uuid:", "#", "%23x", "?", "1980", "ge1980-13", "eb0001-01-01",
        "sa9999-12-31T23:59:60%2B14:00", "ap0001", "ap9999-12-31", "gt2026-01-01T00:00:00.000000000000000001Z", "1e400", "-1", "0",
        "99999999999999999999", "true", "json", "xml", "-_lastUpdated",
        "accurate", "count", "\u007f", "*", "_", "%25_%25",
    ];

    private static readonly string[] Headers =
    [
        "", "*", "W/\"1\"", "W/\"", "\"\"", "W/", "\"1\", \"2\"", "99999999999999999999", "-1", "return=minimal", "return=", ",;,;=",
        "handling=lenient;return=OperationOutcome", "application/fhir+json",
        "application/fhir+json; charset=", "application/json;;;", ";", "/", "*/*;q=", "*/*;q=2", "a/b;q=0.0000001",
        "application/fhir+json;fhirVersion=\"4.0", "gzip", "identity", "multipart/form-data", "text/plain",
        "Thu, 01 Jan 1970 00:00:00 GMT", "\"\\", "=", "x=\"", "Patient?name=x", "\t", "()<>@,;:\\\"/[]?={}",
    ];

    private readonly Random random = new(seed);

    public string Next()
    {
        var query = new StringBuilder();
        for (var pairs = random.Next(1, random.Next(20) == 0 ? 70 : 4); pairs > 0; pairs--)
        {
            query.Append(query.Length == 0 ? "" : "&").Append(Pick(Names)).Append(random.Next(10) == 0 ? "" : "=");
            for (var parts = random.Next(1, 4); parts > 0; parts--) query.Append(Value());
        }

        return query.ToString();
    }

    public string Header() => random.Next(4) == 0 ? Pick(Headers) + Pick(Headers) : Pick(Headers);

    private string Value() =>
        random.Next(40) == 0 ? new string('%', random.Next(300)) : random.Next(60) == 0
        ? new string('x', random.Next(3_000)) : Pick(Values);

    private string Pick(string[] from) => from[random.Next(from.Length)];
}

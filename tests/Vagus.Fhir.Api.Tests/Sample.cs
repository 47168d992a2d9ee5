using System.Text.Json;

namespace Vagus.Fhir.Api.Tests;

/// <summary>Small valid resources, as their JSON.</summary>
internal static class Sample
{
    public static string Patient(string family = "Nobody", string? id = null, string more = "") =>
        $$$$"""{"resourceType":"Patient"{{{{Id(id)}}}},"name":[{"family":{{{{Json(family)}}}}}]{{{{more}}}}}""";

    public static string Observation(string subject, string code = "718-7", string? id = null, string more = "") =>
        $$$$"""{"resourceType":"Observation"{{{{Id(id)}}}},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{{{code}}}}"}]},"subject":{"reference":"{{{{subject}}}}"}{{{{more}}}}}""";

    public static string Task(string owner, string? id = null) =>
        $$$$"""{"resourceType":"Task"{{{{Id(id)}}}},"status":"requested","intent":"order","owner":{"reference":"{{{{owner}}}}"}}""";

    public static string Appointment(string patient, string status = "booked") =>
        $$$$"""{"resourceType":"Appointment","status":"{{{{status}}}}","start":"2026-01-01T10:00:00Z","end":"2026-01-01T10:30:00Z","participant":[{"actor":{"reference":"{{{{patient}}}}"},"status":"accepted"}]}""";

    public static string Provenance(string target, bool signed = true, string? id = null)
    {
        var signature = signed
            ? ""","signature":[{"type":[{"system":"urn:iso-astm:E1762-95:2013","code":"1.2.840.10065.1.12.1.1"}],"when":"2026-01-01T10:00:00Z","who":{"reference":"Practitioner/1"}}]"""
            : "";
        return $$$$"""{"resourceType":"Provenance"{{{{Id(id)}}}},"target":[{"reference":"{{{{target}}}}"}],"recorded":"2026-01-01T10:00:00Z","agent":[{"who":{"reference":"Practitioner/1"}}]{{{{signature}}}}}""";
    }

    public static string AuditEvent(string? id = null) =>
        $$$$"""{"resourceType":"AuditEvent"{{{{Id(id)}}}},"type":{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type","code":"rest"},"recorded":"2026-01-01T10:00:00Z","agent":[{"requestor":true}],"source":{"observer":{"reference":"Device/1"}}}""";

    /// <summary>A <c>meta</c> with codes of confidentiality (one letter) or sensitivity, to put into a resource.</summary>
    public static string Labelled(params IEnumerable<string> codes) =>
        $$$$""","meta":{"security":[{{{{string.Join(',', codes.Select(Label))}}}}]}""";

    private static string Label(string code)
    {
        var system = code.Length == 1 ? "Confidentiality" : "ActCode";
        return $$$$"""{"system":"http://terminology.hl7.org/CodeSystem/v3-{{{{system}}}}","code":"{{{{code}}}}"}""";
    }

    public static string Post(string resource, string? fullUrl = null, string? ifNoneExist = null)
    {
        var type = JsonElement.Parse(resource).GetProperty("resourceType").GetString();
        var condition = ifNoneExist is null ? "" : $""","ifNoneExist":{Json(ifNoneExist)}""";
        return $$$$"""{{{{{FullUrl(fullUrl)}}}}"resource":{{{{resource}}}},"request":{"method":"POST","url":"{{{{type}}}}"{{{{condition}}}}}}""";
    }

    public static string Put(string resource, string url, string? ifMatch = null, string? fullUrl = null) =>
        $$$$"""{{{{{FullUrl(fullUrl)}}}}"resource":{{{{resource}}}},"request":{"method":"PUT","url":{{{{Json(url)}}}}{{{{IfMatch(ifMatch)}}}}}}""";

    public static string Delete(string url) => $$$$"""{"request":{"method":"DELETE","url":{{{{Json(url)}}}}}}""";

    public static string Get(string url) => $$$$"""{"request":{"method":"GET","url":{{{{Json(url)}}}}}}""";

    public static string Json(string text) => JsonSerializer.Serialize(text);

    private static string Id(string? id) => id is null ? "" : $",\"id\":\"{id}\"";

    private static string IfMatch(string? tag) => tag is null ? "" : $",\"ifMatch\":{Json(tag)}";

    private static string FullUrl(string? url) => url is null ? "" : $"\"fullUrl\":{Json(url)},";
}

namespace Vagus.Realtime.Tests.Searches;

/// <summary>Appointments as the tests of searches write them.</summary>
internal static class Appointments
{
    public static string Of(
        string id, string practitioner = "dr-1", string status = "booked", string start = "2026-11-26T09:00:00Z", string? patient = null,
        string? label = null)
    {
        var participant = patient is null ? "" : $$""","participant":[{"actor":{"reference":"Patient/{{patient}}"},"status":"accepted"}]""";
        var participants = patient is null
            ? $$""","participant":[{"actor":{"reference":"Practitioner/{{practitioner}}"},"status":"accepted"}]"""
            : participant.Replace("[{", $$"""[{"actor":{"reference":"Practitioner/{{practitioner}}"},"status":"accepted"},{""", StringComparison.Ordinal);
        var security = label is null
            ? ""
            : $$""","meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"{{label}}"}]}""";
        return $$"""{"resourceType":"Appointment","id":"{{id}}"{{security}},"status":"{{status}}","start":"{{start}}","end":"{{start}}"{{participants}}}""";
    }
}

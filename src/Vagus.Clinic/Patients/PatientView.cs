using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Patients;

/// <summary>A Patient as plain JSON.</summary>
internal sealed record PatientView(
    string Id, string? FirstName, string? LastName, string? BirthDate, string? Sex, string? Phone, string? Email, string? Address,
    string? Mrn, bool Active, long Version, DateTimeOffset UpdatedAt) : IVersioned
{
    public static PatientView Of(FhirRecord record)
    {
        var patient = record.Json;
        var name = PersonNames.InUse(patient);
        return new PatientView(
            record.Id,
            name is { } given ? PersonNames.Given(given) : null,
            name is { } family ? family.Text("family") ?? (PersonNames.Given(family) is null ? family.Text("text") : null) : null,
            patient.Text("birthDate"),
            patient.Text("gender"),
            Telecom(patient, "phone"),
            Telecom(patient, "email"),
            patient.First("address") is { } address ? AddressOf(address) : null,
            MrnOf(patient),
            patient.Child("active") is not { ValueKind: JsonValueKind.False },
            record.Version,
            record.UpdatedAt);
    }

    public static string? MrnOf(JsonElement patient) => patient.Items("identifier")
        .Where(identifier => identifier.Code("type", CodeSystems.IdentifierType) == PatientFields.MrnCode)
        .Select(identifier => identifier.Text("value")).FirstOrDefault(value => value is not null);

    private static string? Telecom(JsonElement patient, string system) => patient.Items("telecom")
        .Where(contact => contact.Text("system") == system && contact.Text("use") != "old")
        .Select(contact => contact.Text("value")).FirstOrDefault(value => value is not null);

    private static string? AddressOf(JsonElement address)
    {
        if (address.Text("text") is { } text) return text;
        var lines = address.Child("line") is { ValueKind: JsonValueKind.Array } line
            ? line.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()) : [];
        string?[] parts = [.. lines, address.Text("postalCode"), address.Text("city"), address.Text("state"), address.Text("country")];
        return string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part))) is { Length: > 0 } shown ? shown : null;
    }
}

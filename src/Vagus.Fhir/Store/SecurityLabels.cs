using System.Collections.Frozen;
using System.Text.Json;

namespace Vagus.Fhir.Store;

/// <summary>
/// Reads <c>meta.security</c>. A record is sensitive when it is labelled restricted or very restricted (v3-Confidentiality R, V) or with an
/// information sensitivity code (v3-ActCode, the children of ActInformationSensitivityPolicy). The systems' older addresses and codes in
/// lower case count as well: a label that is spelled wrongly must not open a record.
/// </summary>
internal static class SecurityLabels
{
    private static readonly FrozenSet<string> SensitivityCodes = new[]
    {
        "ETH", "ETHUD", "GDIS", "HIV", "MST", "MH", "PSY", "PSYTHPN", "SCA", "SDV", "SEX", "SICKLE", "SPI", "BH", "COGN", "DVD", "EMOTDIS", "OPIOIDUD",
        "STD", "SUD", "SUDP", "ALC", "DRGIS", "TBOO", "VIO", "ABORT", "FMP", "FRT", "VIP", "CEL", "DEMO", "DOB", "GENDER", "LIVARG", "MARST", "RACE", "REL",
        "B", "EMPL", "LOCIS", "SSP", "ADOL", "DIA", "PATLOC", "PHY", "PRS", "COMPT", "EMP", "42CFRPart2", "42CFRPart2CD", "HIPAAPsyNotes", "HIVAIDS", "SEXAST", "SUDETH", "TAXHIV",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Restricted = new[] { "R", "V" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // HL7 Terminology, FHIR before R4, and the object identifier.
    private static readonly FrozenSet<string> ConfidentialitySystems = new[]
    {
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        "http://hl7.org/fhir/v3/Confidentiality",
        "urn:oid:2.16.840.1.113883.5.25",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> ActCodeSystems = new[]
    {
        "http://terminology.hl7.org/CodeSystem/v3-ActCode", "http://hl7.org/fhir/v3/ActCode", "urn:oid:2.16.840.1.113883.5.4",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool AreSensitive(JsonElement resource) => Of(resource).Any(IsSensitive);

    /// <summary>NOPAT: not to the patient without the provider's leave.</summary>
    public static bool WithholdFromPatient(JsonElement resource) => Of(resource).Any(IsWithholding);

    /// <summary>True where the author says how confidential the record is, N (normal) included.</summary>
    public static bool NameConfidentiality(JsonElement resource) =>
        Of(resource).Any(label => SystemOf(label) is { } system && ConfidentialitySystems.Contains(system));

    public static IEnumerable<JsonElement> Of(JsonElement resource) =>
        resource.TryGetProperty("meta"u8, out var meta)
            && meta.TryGetProperty("security"u8, out var labels)
            && labels.ValueKind == JsonValueKind.Array
            ? labels.EnumerateArray()
            : [];

    // An R without a system is treated as the label it most probably means: the mistake must not open a record.
    public static bool IsSensitive(JsonElement label)
    {
        if (CodeOf(label) is not { } code) return false;
        return SystemOf(label) is not { } system || ConfidentialitySystems.Contains(system)
            ? Restricted.Contains(code)
            : ActCodeSystems.Contains(system) && SensitivityCodes.Contains(code);
    }

    public static bool IsWithholding(JsonElement label) =>
        string.Equals(CodeOf(label), "NOPAT", StringComparison.OrdinalIgnoreCase)
            && (SystemOf(label) is not { } system || ActCodeSystems.Contains(system));

    public static string? CodeOf(JsonElement label) => Text(label, "code"u8);

    public static string? SystemOf(JsonElement label) => Text(label, "system"u8);

    private static string? Text(JsonElement label, ReadOnlySpan<byte> name) =>
        label.ValueKind == JsonValueKind.Object && label.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;
}

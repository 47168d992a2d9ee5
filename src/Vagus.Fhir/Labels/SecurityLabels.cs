using System.Collections.Frozen;
using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Labels;

/// <summary>
/// Reads security labels: <c>meta.security</c> and what says the same elsewhere. A record is sensitive when it is labelled restricted or
/// very restricted (v3-Confidentiality R, V) or with an information sensitivity code (v3-ActCode, the children of
/// ActInformationSensitivityPolicy); each code belongs to a category that a caller may see or not. A label that is spelled wrongly must
/// not open a record: codes count in either case and without a system, systems in every spelling.
/// </summary>
internal static class SecurityLabels
{
    private static readonly (Sensitivity Category, string[] Codes)[] Categories =
    [
        (Sensitivity.Restricted, ["R"]),
        (Sensitivity.VeryRestricted, ["V"]),
        (Sensitivity.SubstanceUse, ["ETH", "ETHUD", "OPIOIDUD", "SUD", "SUDP", "SUDETH", "ALC"]),
        (Sensitivity.SubstanceUse | Sensitivity.Part2, ["42CFRPart2", "42CFRPart2CD"]),
        (Sensitivity.MentalHealth, ["MH", "PSY", "PSYTHPN", "BH", "COGN", "DVD", "EMOTDIS", "HIPAAPsyNotes"]),
        (Sensitivity.Hiv, ["HIV", "HIVAIDS", "TAXHIV"]),
        (Sensitivity.SexualHealth, ["STD", "SEX", "ABORT", "FMP", "FRT", "GENDER"]),
        (Sensitivity.Violence, ["SDV", "MST", "VIO", "SEXAST"]),
        (Sensitivity.Genetics, ["GDIS", "SCA", "SICKLE"]),
        (Sensitivity.Person,
            ["VIP", "CEL", "EMP", "EMPL", "DEMO", "DOB", "LIVARG", "MARST", "RACE", "REL", "LOCIS", "PATLOC"]),
        (Sensitivity.Other,
            ["SPI", "TBOO", "DRGIS", "B", "SSP", "ADOL", "DIA", "PHY", "PRS", "COMPT", "ACOCOMPT", "CTCOMPT", "FMCOMPT", "HRCOMPT",
            "LRCOMPT", "PACOMPT", "RESCOMPT", "RMGTCOMPT"]),
    ];

    private static readonly FrozenDictionary<string, Sensitivity> CategoryByCode = Categories
        .SelectMany(row => row.Codes, (row, code) => (Code: code, row.Category))
        .ToFrozenDictionary(row => row.Code, row => row.Category, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Confidentialities =
        new[] { "U", "L", "M", "N", "R", "V" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // The last part of HL7's addresses of the systems and of the value sets over them, in R4, HL7 Terminology and FHIR before R4.
    private static readonly FrozenSet<string> SystemNames = new[]
    {
        "Confidentiality", "ConfidentialityClassification", "ActCode", "InformationSensitivityPolicy", "ActInformationSensitivityPolicy",
        "security-labels",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    // Object identifiers of v3-Confidentiality and v3-ActCode.
    private static readonly FrozenSet<string> Oids =
        new[] { "2.16.840.1.113883.5.25", "2.16.840.1.113883.5.4" }.ToFrozenSet(StringComparer.Ordinal);

    // Composition.confidentiality is a bare code.
    private static readonly FrozenDictionary<string, JsonElement> Codes = new[] { "R", "V" }.ToFrozenDictionary(
        code => code,
        code => JsonElement.Parse($$"""{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"{{code}}"}"""),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The categories of all of the record's labels.</summary>
    public static Sensitivity CategoriesOf(JsonElement resource) =>
        Of(resource).Aggregate(Sensitivity.None, (all, label) => all | CategoryOf(label));

    /// <summary>NOPAT: not to the patient without the provider's leave.</summary>
    public static bool WithholdFromPatient(JsonElement resource) => Of(resource).Any(IsWithholding);

    /// <summary>True where the author says in <c>meta.security</c> how confidential the record is, N (normal) included.</summary>
    public static bool NameConfidentiality(JsonElement resource) => OfMeta(resource)
        .Any(label => SystemOf(label) is { } system && IsKnown(system) && CodeOf(label) is { } code && Confidentialities.Contains(code));

    /// <summary>
    /// The labels of the record: its own, those of what it contains (contained resources, entries of a Bundle and their outcomes,
    /// resources of Parameters), and the two elements that are labels by another name.
    /// </summary>
    public static IEnumerable<JsonElement> Of(JsonElement resource)
    {
        var own = OfMeta(resource).Concat(Items(resource, "contained"u8).SelectMany(Of));
        return PropertyText.Of(resource, "resourceType"u8) switch
        {
            "Bundle" => own.Concat(Items(resource, "entry"u8).SelectMany(OfEntry)),
            "Parameters" => own.Concat(Items(resource, "parameter"u8).SelectMany(OfParameter)),
            "DocumentReference" => own.Concat(Items(resource, "securityLabel"u8).SelectMany(label => Items(label, "coding"u8))),
            "Composition" when PropertyText.Of(resource, "confidentiality"u8) is { } code && Codes.TryGetValue(code, out var label) =>
                own.Append(label),
            _ => own,
        };
    }

    /// <summary>None for a label that hides nothing from staff.</summary>
    public static Sensitivity CategoryOf(JsonElement label) =>
        CodeOf(label) is { } code && CategoryByCode.TryGetValue(code, out var category) && MayBeOurs(label) ? category : Sensitivity.None;

    public static bool IsWithholding(JsonElement label) =>
        string.Equals(CodeOf(label), "NOPAT", StringComparison.OrdinalIgnoreCase) && MayBeOurs(label);

    /// <summary>NORDSCLCD, no redisclosure without the patient's consent; v3-ActCode has it in two spellings.</summary>
    public static bool ForbidsRedisclosure(JsonElement label) =>
        CodeOf(label)?.ToUpperInvariant() is "NORDSCLCD" or "NORDSLCD" && MayBeOurs(label);

    public static string? CodeOf(JsonElement label) => PropertyText.Of(label, "code"u8);

    public static string? SystemOf(JsonElement label) => PropertyText.Of(label, "system"u8);

    private static IEnumerable<JsonElement> OfEntry(JsonElement entry) =>
        OfInner(entry, "resource"u8).Concat(entry.TryGetProperty("response"u8, out var response) ? OfInner(response, "outcome"u8) : []);

    private static IEnumerable<JsonElement> OfParameter(JsonElement parameter) =>
        OfInner(parameter, "resource"u8).Concat(Items(parameter, "part"u8).SelectMany(OfParameter));

    private static IEnumerable<JsonElement> OfInner(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.TryGetProperty(name, out var inner) ? Of(inner) : [];

    private static IEnumerable<JsonElement> OfMeta(JsonElement resource) =>
        resource.ValueKind == JsonValueKind.Object && resource.TryGetProperty("meta"u8, out var meta) ? Items(meta, "security"u8) : [];

    // An R without a system is treated as the label it most probably means.
    private static bool MayBeOurs(JsonElement label) => SystemOf(label) is not { } system || IsKnown(system);

    // Any scheme, a trailing slash, a version after a bar, an OID with or without its prefix.
    private static bool IsKnown(string system)
    {
        var plain = system.Split('|')[0].Trim().TrimEnd('/');
        if (plain.StartsWith("urn:oid:", StringComparison.OrdinalIgnoreCase)) plain = plain["urn:oid:".Length..];
        if (Oids.Contains(plain)) return true;
        var name = plain[(plain.LastIndexOf('/') + 1)..];
        if (name.StartsWith("v3-", StringComparison.OrdinalIgnoreCase)) name = name["v3-".Length..];
        return SystemNames.Contains(name) && plain.Contains("hl7.org/", StringComparison.OrdinalIgnoreCase);
    }

    private static IEnumerable<JsonElement> Items(JsonElement parent, ReadOnlySpan<byte> name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : [];
}

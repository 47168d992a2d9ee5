using System.Collections.Frozen;
using System.Text.Json;

namespace Vagus.Fhir.Store;

/// <summary>
/// Reads <c>meta.security</c>. A record is sensitive when it is labelled restricted or very restricted (v3-Confidentiality R, V) or with an
/// information sensitivity code (v3-ActCode, the children of ActInformationSensitivityPolicy).
/// </summary>
internal static class SecurityLabels
{
    private static readonly FrozenSet<string> SensitivityCodes = new[]
    {
        "ETH", "ETHUD", "GDIS", "HIV", "MST", "MH", "PSY", "PSYTHPN", "SCA", "SDV", "SEX", "SICKLE", "SPI", "BH", "COGN", "DVD", "EMOTDIS", "OPIOIDUD",
        "STD", "SUD", "SUDP", "ALC", "DRGIS", "TBOO", "VIO", "ABORT", "FMP", "FRT", "VIP", "CEL", "DEMO", "DOB", "GENDER", "LIVARG", "MARST", "RACE", "REL",
        "B", "EMPL", "LOCIS", "SSP", "ADOL", "DIA", "PATLOC", "PHY", "PRS", "COMPT", "EMP", "42CFRPart2", "42CFRPart2CD", "HIPAAPsyNotes", "HIVAIDS", "SEXAST", "SUDETH", "TAXHIV",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool AreSensitive(JsonElement resource)
    {
        if (!resource.TryGetProperty("meta", out var meta) || !meta.TryGetProperty("security", out var labels)) return false;
        foreach (var label in labels.EnumerateArray())
        {
            if (!label.TryGetProperty("code", out var code)) continue;
            var system = label.TryGetProperty("system", out var named) ? named.GetString() : null;
            if (IsSensitive(system, code.GetString()!)) return true;
        }

        return false;
    }

    // An R without a system is treated as the label it most probably means: the mistake must not open a record.
    private static bool IsSensitive(string? system, string code) => system switch
    {
        null or "http://terminology.hl7.org/CodeSystem/v3-Confidentiality" => code is "R" or "V",
        "http://terminology.hl7.org/CodeSystem/v3-ActCode" => SensitivityCodes.Contains(code),
        _ => false,
    };
}

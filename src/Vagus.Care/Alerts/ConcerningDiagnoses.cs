using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;

namespace Vagus.Care.Alerts;

/// <summary>
/// Which diagnoses of a biopsy cannot wait for the next visit: malignant ones. The sender may say so itself; otherwise the codes tell:
/// ICD-10 chapters C00–C97 and D00–D09, and a list of SNOMED CT. A tenant adds codes, or takes them out with null, in the setting
/// <c>concerning-diagnoses</c>.
/// </summary>
internal static class ConcerningDiagnoses
{
    public const string Setting = "concerning-diagnoses";

    private static readonly HashSet<string> BuiltIn = new(StringComparer.Ordinal)
    {
        "363346000", // malignant neoplastic disease
        "1240414004", // malignant neoplasm (morphology)
        "372244006", // malignant melanoma
        "93655004", // malignant melanoma of skin
        "109267002", // melanoma in situ of skin
        "254701007", // basal cell carcinoma of skin
        "254651007", // squamous cell carcinoma of skin
        "402815007", // squamous cell carcinoma
        "253001006", // Merkel cell carcinoma
        "254837009", // malignant neoplasm of breast
        "399068003", // malignant tumor of prostate
        "363406005", // malignant tumor of colon
        "118600007", // malignant lymphoma
        "400122007", // primary cutaneous T-cell lymphoma
    };

    public static bool Has(BiopsyResultReceived result, JsonElement? tenant) =>
        result.IsMalignant ?? (result.Conclusions ?? []).Any(code => IsConcerning(code, tenant));

    private static bool IsConcerning(Coding coding, JsonElement? tenant)
    {
        if (tenant?.Child(coding.Code) is { } own) return own.ValueKind != JsonValueKind.Null;
        if (coding.System == Systems.Snomed) return BuiltIn.Contains(coding.Code);
        return coding.System?.Contains("icd-10", StringComparison.OrdinalIgnoreCase) == true && IsNeoplasm(coding.Code);
    }

    private static bool IsNeoplasm(string code) => code is ['C', >= '0' and <= '9', ..] or ['D', '0', ..];
}

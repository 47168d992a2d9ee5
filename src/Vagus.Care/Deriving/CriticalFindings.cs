using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;

namespace Vagus.Care.Deriving;

/// <summary>
/// Which conclusions of an imaging report cannot wait, by SNOMED CT code: a built-in list, and the tenant's own setting
/// <c>critical-findings</c>. The list is a starting point out of the categories that <see cref="Source"/> names.
/// </summary>
internal static class CriticalFindings
{
    public const string Setting = "critical-findings";

    public const string Source =
        "within the categories of Larson PA et al., Actionable findings and the role of IT support: report of the ACR Actionable Reporting "
        + "Work Group, J Am Coll Radiol 2014;11:552-558";

    private static readonly Dictionary<string, string> BuiltIn = new(StringComparer.Ordinal)
    {
        ["233645004"] = "Tension pneumothorax",
        ["36118008"] = "Pneumothorax",
        ["59282003"] = "Pulmonary embolism",
        ["308546005"] = "Dissection of aorta",
        ["14336007"] = "Ruptured abdominal aortic aneurysm",
        ["35304003"] = "Cardiac tamponade",
        ["1386000"] = "Intracranial hemorrhage",
        ["21454007"] = "Subarachnoid hemorrhage",
        ["35486000"] = "Subdural hemorrhage",
        ["274100004"] = "Cerebral hemorrhage",
        ["432504007"] = "Cerebral infarction",
        ["71286001"] = "Spinal cord compression",
        ["128053003"] = "Deep venous thrombosis",
        ["74400008"] = "Appendicitis",
        ["81060008"] = "Intestinal obstruction",
        ["34801009"] = "Ectopic pregnancy",
        ["81996005"] = "Torsion of testis",
    };

    /// <summary>By SNOMED CT code, each with its name.</summary>
    public static IReadOnlyDictionary<string, string> House => BuiltIn;

    /// <summary>The critical codes among a report's conclusions, each with a display.</summary>
    public static IEnumerable<Coding> In(JsonElement report, JsonElement? tenant) =>
        report.Codings("conclusionCode")
            .Where(coding => coding.System == Systems.Snomed)
            .DistinctBy(coding => coding.Code)
            .Select(coding => Name(coding.Code, tenant) is { } name ? coding with { Display = coding.Display ?? name } : null)
            .OfType<Coding>();

    /// <summary>The name of a finding that is critical in the tenant; null for one that is not.</summary>
    public static string? Name(string code, JsonElement? tenant) => tenant?.Child(code) switch
    {
        null => BuiltIn.GetValueOrDefault(code),
        { ValueKind: JsonValueKind.String } name => name.GetString(),
        _ => null,
    };
}

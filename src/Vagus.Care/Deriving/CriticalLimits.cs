using System.Text.Json;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Deriving;

/// <summary>
/// The built-in limits by LOINC code and a tenant's own. They are a starting point within the range of the published lists that <see
/// cref="Source"/> names: each laboratory defines its own and puts it into the setting <c>critical-limits</c>. What has no limit that
/// holds for all stands in <see cref="UnsetLimit.All"/>.
/// </summary>
internal static class CriticalLimits
{
    public const string Setting = "critical-limits";

    public const string Source =
        "within the range of Kost GJ, Critical limits for urgent clinician notification at US medical centers, JAMA 1990;263:704-707, and "
        + "Royal College of Pathologists, The communication of critical and unexpected pathology results (G158), 2017; limits of substance "
        + "concentrations (mol/L) are those of mass concentrations by molar mass (IUPAC)";

    private const int NewbornDays = 28;
    private static readonly Dictionary<string, CriticalLimit[]> BuiltIn = new(StringComparer.Ordinal);

    static CriticalLimits()
    {
        Add(["2823-3", "6298-4", "77142-8"], ["mmol/L", "meq/L"], 2.5m, "Severe hypokalemia", 6.0m, "Severe hyperkalemia");
        Add(["2951-2", "2947-0", "77139-4"], ["mmol/L", "meq/L"], 120m, "Severe hyponatremia", 160m, "Severe hypernatremia");
        Add(["2345-7", "2339-0", "41653-7", "1558-6"], ["mg/dL"], 50m, "Severe hypoglycemia", 450m, "Severe hyperglycemia");
        Add(
            ["14749-6", "15074-8", "14743-9", "51596-5", "39480-9", "72516-8", "14771-0", "76629-5"], ["mmol/L"], 2.8m,
            "Severe hypoglycemia", 25m, "Severe hyperglycemia");
        Add(["17861-6", "49765-1"], ["mg/dL"], 6.5m, "Severe hypocalcemia", 13m, "Severe hypercalcemia");
        Add(["2000-8"], ["mmol/L"], 1.6m, "Severe hypocalcemia", 3.25m, "Severe hypercalcemia");
        Add(
            ["1994-3", "1995-0", "12180-6", "34581-9"], ["mmol/L"], 0.8m, "Severe ionized hypocalcemia", 1.6m, "Severe ionized hypercalcemia");
        Add(["19123-9"], ["mg/dL"], 1.0m, "Severe hypomagnesemia", 4.9m, "Severe hypermagnesemia");
        Add(["2601-3"], ["mmol/L"], 0.41m, "Severe hypomagnesemia", 2.0m, "Severe hypermagnesemia"); // 24.305 g/mol
        Add(["2777-1"], ["mg/dL"], 1.0m, "Severe hypophosphatemia", null, "");
        Add(["14879-1"], ["mmol/L"], 0.32m, "Severe hypophosphatemia", null, ""); // As phosphorus: 30.974 g/mol
        Add(
            ["2028-9", "20565-8", "1963-8", "1959-6", "1960-4"], ["mmol/L", "meq/L"], 10m, "Severely low carbon dioxide", 40m,
            "Severely high carbon dioxide");
        Add(["3094-0", "6299-2"], ["mg/dL"], null, "", 100m, "Severe uremia");
        Add(["22664-7", "14937-7"], ["mmol/L"], null, "", 35.7m, "Severe uremia"); // As urea, of two nitrogens: 28.014 g/mol
        Add(["2160-0", "38483-4"], ["mg/dL"], null, "", 10m, "Severely high creatinine");
        Add(["14682-9", "59826-8"], ["umol/L"], null, "", 884m, "Severely high creatinine"); // 113.12 g/mol
        Add(["2524-7", "32693-4", "2518-9"], ["mmol/L"], null, "", 4.0m, "High lactate");
        Add(["718-7"], ["g/dL"], 7.0m, "Severe anemia", 20m, "Severe polycythemia");
        Add(["718-7"], ["g/L"], 70m, "Severe anemia", 200m, "Severe polycythemia");
        Add(["59260-0"], ["mmol/L"], 4.3m, "Severe anemia", 12.4m, "Severe polycythemia"); // Of one haem: 16,114 g/mol
        Add(["4544-3", "20570-8"], ["%"], 20m, "Severe anemia", 60m, "Severe polycythemia");
        Add(["777-3", "26515-7"], ["10*3/uL", "10*9/L"], 20m, "Severe thrombocytopenia", 1000m, "Extreme thrombocytosis");
        Add(["6690-2", "26464-8"], ["10*3/uL", "10*9/L"], 1.0m, "Severe leukopenia", 50m, "Extreme leukocytosis");
        Add(["751-8"], ["10*3/uL", "10*9/L"], 0.5m, "Severe neutropenia", null, "");
        Add(["6301-6", "34714-6"], ["{INR}", "1"], null, "", 5.0m, "Severely prolonged clotting");
        Add(["3173-2", "14979-9"], ["s"], null, "", 100m, "Severely prolonged clotting");
        Add(["3255-7"], ["mg/dL"], 100m, "Severe hypofibrinogenemia", null, "");
        Add(["2744-1", "11558-4"], ["[pH]"], 7.20m, "Severe acidosis", 7.60m, "Severe alkalosis");
        Add(["2019-8"], ["mm[Hg]"], 20m, "Severe hypocapnia", 70m, "Severe hypercapnia");
        Add(["2703-7"], ["mm[Hg]"], 40m, "Severe hypoxemia", null, "");
        Add(["10535-3"], ["ng/mL"], null, "", 2.5m, "Toxic digoxin level");
        Add(["14698-5"], ["nmol/L"], null, "", 3.2m, "Toxic digoxin level"); // 780.94 g/mol
        Add(["1975-2", "42719-5"], ["mg/dL"], null, "", 15m, "Severe newborn jaundice", maxAgeDays: NewbornDays);
        // 584.66 g/mol
        Add(["14631-6", "54363-7"], ["umol/L"], null, "", 257m, "Severe newborn jaundice", maxAgeDays: NewbornDays);
        Add(["14334-7"], ["mmol/L", "meq/L"], null, "", 2.0m, "Toxic lithium level");
    }

    /// <summary>By LOINC code.</summary>
    public static IReadOnlyDictionary<string, CriticalLimit[]> House => BuiltIn;

    /// <summary>The limits for a LOINC code: the tenant's where it has its own, none where it says null, else the built-in ones.</summary>
    public static IReadOnlyList<CriticalLimit> For(string loinc, JsonElement? tenant)
    {
        if (tenant?.Child(loinc) is null) return BuiltIn.GetValueOrDefault(loinc, []);
        return [.. tenant.Value.Items(loinc).Select(Read).OfType<CriticalLimit>()];
    }

    private static CriticalLimit? Read(JsonElement own) =>
        own.Text("unit") is { } unit
            ? new(
                unit, own.Number("low"), own.Text("lowReason") ?? "Critically low", own.Number("high"),
                own.Text("highReason") ?? "Critically high")
            {
                MinAgeDays = (int?)own.Number("minAgeDays"),
                MaxAgeDays = (int?)own.Number("maxAgeDays"),
                Sex = own.Text("sex"),
            }
            : null;

    private static void Add(
        string[] codes, string[] units, decimal? low, string lowReason, decimal? high, string highReason, int? maxAgeDays = null)
    {
        foreach (var code in codes)
        {
            var limits = units.Select(unit => new CriticalLimit(unit, low, lowReason, high, highReason) { MaxAgeDays = maxAgeDays });
            BuiltIn[code] = [.. BuiltIn.GetValueOrDefault(code, []), .. limits];
        }
    }
}

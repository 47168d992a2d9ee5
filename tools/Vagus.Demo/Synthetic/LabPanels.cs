namespace Vagus.Demo.Synthetic;

/// <summary>One laboratory test with its reference range and the values at which somebody must be called.</summary>
internal sealed record LabTest(
    Code Code, string Unit, string Ucum, decimal Low, decimal High, int Decimals, decimal? CriticalLow = null, decimal? CriticalHigh = null)
{
    /// <summary>The v2-0078 flag of a value, or null when it lies in the range.</summary>
    public string? Flag(decimal value) => value switch
    {
        _ when CriticalHigh is { } limit && value >= limit => "HH",
        _ when CriticalLow is { } limit && value <= limit => "LL",
        _ when value > High => "H",
        _ when value < Low => "L",
        _ => null,
    };
}

/// <summary>Tests that are ordered together.</summary>
internal sealed record LabPanel(Code Code, IReadOnlyList<LabTest> Tests);

/// <summary>The laboratory's menu, in LOINC with UCUM units. The critical limits are common adult ones, made for demonstration.</summary>
internal static class LabPanels
{
    public static readonly LabTest Potassium = new(Code.Loinc("2823-3", "Potassium"), "mmol/L", "mmol/L", 3.5m, 5.1m, 1, 2.7m, 6.2m);

    public static readonly LabTest Hemoglobin = new(Code.Loinc("718-7", "Hemoglobin"), "g/dL", "g/dL", 12m, 17m, 1, 7m, 20m);

    public static readonly LabPanel Metabolic = new(Code.Loinc("24321-2", "Basic metabolic panel"),
    [
        new(Code.Loinc("2345-7", "Glucose"), "mg/dL", "mg/dL", 70, 99, 0, 45, 450),
        new(Code.Loinc("3094-0", "Urea nitrogen"), "mg/dL", "mg/dL", 7, 20, 0),
        new(Code.Loinc("2160-0", "Creatinine"), "mg/dL", "mg/dL", 0.6m, 1.2m, 2),
        new(Code.Loinc("17861-6", "Calcium"), "mg/dL", "mg/dL", 8.5m, 10.2m, 1, 6.5m, 13m),
        new(Code.Loinc("2951-2", "Sodium"), "mmol/L", "mmol/L", 136, 145, 0, 120, 160),
        Potassium,
        new(Code.Loinc("2075-0", "Chloride"), "mmol/L", "mmol/L", 98, 107, 0),
        new(Code.Loinc("2028-9", "Carbon dioxide, total"), "mmol/L", "mmol/L", 22, 29, 0, 10, 40),
    ]);

    public static readonly LabPanel BloodCount = new(Code.Loinc("58410-2", "CBC panel - Blood by Automated count"),
    [
        new(Code.Loinc("6690-2", "Leukocytes"), "10*3/uL", "10*3/uL", 4m, 11m, 1, 1.5m, 40m),
        Hemoglobin,
        new(Code.Loinc("4544-3", "Hematocrit"), "%", "%", 36, 50, 1, 21, 60),
        new(Code.Loinc("777-3", "Platelets"), "10*3/uL", "10*3/uL", 150, 400, 0, 30, 1_000),
    ]);

    public static readonly LabPanel Lipids = new(Code.Loinc("24331-1", "Lipid panel"),
    [
        new(Code.Loinc("2093-3", "Cholesterol"), "mg/dL", "mg/dL", 120, 200, 0),
        new(Code.Loinc("2571-8", "Triglyceride"), "mg/dL", "mg/dL", 40, 150, 0),
        new(Code.Loinc("2085-9", "Cholesterol in HDL"), "mg/dL", "mg/dL", 40, 90, 0),
        new(Code.Loinc("13457-7", "Cholesterol in LDL (calculated)"), "mg/dL", "mg/dL", 50, 130, 0),
    ]);

    public static readonly LabPanel GlycatedHemoglobin = new(Code.Loinc("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"),
        [new(Code.Loinc("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood"), "%", "%", 4.0m, 5.6m, 1)]);

    public static readonly IReadOnlyList<LabPanel> All = [Metabolic, BloodCount, Lipids, GlycatedHemoglobin];
}

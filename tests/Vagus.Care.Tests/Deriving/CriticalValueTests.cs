using Vagus.Care.Deriving;
using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

public sealed class CriticalValueTests
{
    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_critical_potassium_tells_what_an_alert_has_to_say()
    {
        await clinic.Write(Resources.Maya, Resources.LabOrder);

        var told = await clinic.Write(Resources.Potassium);

        told.Is("lab.critical.alert");
        var alert = told.The<LabCriticalAlert>();
        Assert.Equal(("Potassium", 6.5m, "mmol/L", "Severe hyperkalemia"), (alert.TestName, alert.Value, alert.Unit, alert.CriticalReason));
        Assert.Equal(
            ("maya", "Maya Okafor", "ruiz", "lab-order"), (alert.PatientId, alert.PatientName, alert.OrderingProviderId, alert.OrderId));
        Assert.Equal("Observation/potassium/_history/1", alert.Resource);
    }

    [Fact]
    public async Task The_report_of_the_same_transaction_leads_to_the_ordering_provider()
    {
        await clinic.Write(Resources.LabOrder);

        var told = await clinic.Write(
            Resources.Potassium.Without("basedOn"),
            Resources.LabReport.With("result", """[{"reference":"Observation/potassium"}]"""));

        told.Is("lab.critical.alert", "lab.result.available");
        Assert.Equal("ruiz", told.The<LabCriticalAlert>().OrderingProviderId);
    }

    [Theory]
    [InlineData("2823-3", "2.5", "mmol/L", "Severe hypokalemia")]
    [InlineData("2823-3", "6.0", "meq/L", "Severe hyperkalemia")]
    [InlineData("2951-2", "118", "mmol/L", "Severe hyponatremia")]
    [InlineData("2951-2", "161", "mmol/L", "Severe hypernatremia")]
    [InlineData("2345-7", "45", "mg/dL", "Severe hypoglycemia")]
    [InlineData("15074-8", "27.2", "mmol/L", "Severe hyperglycemia")]
    [InlineData("17861-6", "13.4", "mg/dL", "Severe hypercalcemia")]
    [InlineData("718-7", "6.1", "g/dL", "Severe anemia")]
    [InlineData("718-7", "61", "g/L", "Severe anemia")]
    [InlineData("777-3", "12", "10*3/uL", "Severe thrombocytopenia")]
    [InlineData("6690-2", "0.8", "10*9/L", "Severe leukopenia")]
    [InlineData("6301-6", "7.2", "{INR}", "Severely prolonged clotting")]
    [InlineData("2524-7", "5.1", "mmol/L", "High lactate")]
    [InlineData("2744-1", "7.12", "[pH]", "Severe acidosis")]
    [InlineData("2019-8", "82", "mm[Hg]", "Severe hypercapnia")]
    [InlineData("2019-8", "9.4", "kPa", "Severe hypercapnia")]
    [InlineData("2703-7", "5.3", "kPa", "Severe hypoxemia")]
    [InlineData("14749-6", "2.8", "mmol/L", "Severe hypoglycemia")]
    [InlineData("14743-9", "25", "mmol/L", "Severe hyperglycemia")]
    [InlineData("51596-5", "2.1", "mmol/L", "Severe hypoglycemia")]
    [InlineData("39480-9", "31", "mmol/L", "Severe hyperglycemia")]
    [InlineData("72516-8", "1.9", "mmol/L", "Severe hypoglycemia")]
    [InlineData("14771-0", "2.5", "mmol/L", "Severe hypoglycemia")]
    [InlineData("76629-5", "2.5", "mmol/L", "Severe hypoglycemia")]
    [InlineData("2000-8", "1.5", "mmol/L", "Severe hypocalcemia")]
    [InlineData("12180-6", "0.8", "mmol/L", "Severe ionized hypocalcemia")]
    [InlineData("34581-9", "1.6", "mmol/L", "Severe ionized hypercalcemia")]
    [InlineData("2601-3", "0.41", "mmol/L", "Severe hypomagnesemia")]
    [InlineData("2601-3", "2.0", "mmol/L", "Severe hypermagnesemia")]
    [InlineData("14879-1", "0.32", "mmol/L", "Severe hypophosphatemia")]
    [InlineData("1963-8", "9", "mmol/L", "Severely low carbon dioxide")]
    [InlineData("1959-6", "41", "mmol/L", "Severely high carbon dioxide")]
    [InlineData("1960-4", "8", "mmol/L", "Severely low carbon dioxide")]
    [InlineData("22664-7", "36", "mmol/L", "Severe uremia")]
    [InlineData("14937-7", "36", "mmol/L", "Severe uremia")]
    [InlineData("14682-9", "884", "umol/L", "Severely high creatinine")]
    [InlineData("59826-8", "0.9", "mmol/L", "Severely high creatinine")]
    [InlineData("59260-0", "4.3", "mmol/L", "Severe anemia")]
    [InlineData("59260-0", "12.5", "mmol/L", "Severe polycythemia")]
    [InlineData("14698-5", "3.2", "nmol/L", "Toxic digoxin level")]
    [InlineData("2823-3", "6.5", "MMOL/L", "Severe hyperkalemia")]
    [InlineData("2823-3", "6.5", "mEq/L", "Severe hyperkalemia")]
    [InlineData("777-3", "12", "K/uL", "Severe thrombocytopenia")]
    [InlineData("6690-2", "0.8", "x10E9/L", "Severe leukopenia")]
    [InlineData("6301-6", "7.2", "INR", "Severely prolonged clotting")]
    [InlineData("2019-8", "82", "mmHg", "Severe hypercapnia")]
    [InlineData("14631-6", "257", "umol/L", "Severe newborn jaundice")]
    [InlineData("54363-7", "300", "umol/L", "Severe newborn jaundice")]
    [InlineData("42719-5", "15", "mg/dL", "Severe newborn jaundice")]
    public async Task A_value_at_or_beyond_its_limit_is_critical(string loinc, string value, string unit, string reason) =>
        Assert.Equal(reason, (await clinic.Write(Measured(loinc, value, unit))).The<LabCriticalAlert>().CriticalReason);

    [Theory]
    [InlineData("2823-3", "2.6", "mmol/L")]
    [InlineData("2823-3", "5.9", "mmol/L")]
    [InlineData("10839-9", "900", "ng/mL")]
    [InlineData("14682-9", "600", "umol/L")]
    [InlineData("2601-3", "0.8", "mmol/L")]
    [InlineData("59260-0", "8.1", "mmol/L")]
    public async Task A_value_within_limits_or_of_an_unknown_test_is_not_critical(
        string loinc, string value, string unit) =>
        (await clinic.Write(Measured(loinc, value, unit))).IsNothing();

    [Theory]
    [InlineData("2345-7", "14749-6", 18.016)]
    [InlineData("17861-6", "2000-8", 4.008)]
    [InlineData("19123-9", "2601-3", 2.4305)]
    [InlineData("2777-1", "14879-1", 3.0974)]
    [InlineData("3094-0", "22664-7", 2.8014)]
    [InlineData("2160-0", "14682-9", 0.011312)]
    [InlineData("1975-2", "14631-6", 0.058466)]
    [InlineData("10535-3", "14698-5", 0.78094)]
    public void A_limit_in_moles_is_that_in_mass_by_the_molar_mass(string mass, string moles, double massOfOneUnit)
    {
        var (inMass, inMoles) = (CriticalLimits.House[mass][0], CriticalLimits.House[moles][0]);

        foreach (var (limit, converted) in new[] { (inMass.Low, inMoles.Low), (inMass.High, inMoles.High) })
        {
            Assert.Equal(limit is null, converted is null);
            if (limit is { } value) Assert.InRange((double)converted!.Value * massOfOneUnit / (double)value, 0.98, 1.02);
        }
    }

    [Theory]
    [InlineData("<", "2.5", "Severe hypokalemia")]
    [InlineData("<", "5", "Severe hypokalemia cannot be excluded")]
    [InlineData(">", "5", "Severe hyperkalemia cannot be excluded")]
    [InlineData(">", "6.5", "Severe hyperkalemia")]
    public async Task A_comparator_says_on_which_side_the_value_lies(string comparator, string value, string reason)
    {
        var told = await clinic.Write(
            Resources.Potassium.With("valueQuantity", $$"""{"value":{{value}},"comparator":"{{comparator}}","code":"mmol/L"}"""));

        Assert.Equal(reason, told.The<LabCriticalAlert>().CriticalReason);
    }

    [Theory]
    [InlineData("HH", "Severe hyperkalemia")]
    [InlineData("LL", "Severe hypokalemia")]
    [InlineData("AA", "Critically abnormal")]
    public async Task The_laboratory_may_call_a_value_critical_that_is_within_limits(string flag, string reason)
    {
        var told = await clinic.Write(Measured("2823-3", "4.1", "mmol/L").With("interpretation", Interpretation(flag)));

        Assert.Equal((reason, flag), (told.The<LabCriticalAlert>().CriticalReason, told.The<LabCriticalAlert>().Interpretation));
    }

    [Fact]
    public async Task A_critical_result_may_be_words()
    {
        var culture = Resources.Potassium.Without("valueQuantity").With("valueString", "\"Gram-positive cocci in clusters\"")
            .With("code", """{"text":"Blood culture"}""").With("interpretation", Interpretation("AA"));

        var alert = (await clinic.Write(culture)).The<LabCriticalAlert>();

        Assert.Equal(("Blood culture", null, "Gram-positive cocci in clusters"), (alert.TestName, alert.Value, alert.ValueText));
    }

    [Theory]
    [InlineData("H")]
    [InlineData("N")]
    [InlineData("A")]
    public async Task Merely_abnormal_is_not_critical(string flag) =>
        (await clinic.Write(Measured("2823-3", "5.6", "mmol/L").With("interpretation", Interpretation(flag)))).IsNothing();

    [Fact]
    public async Task A_critical_value_is_told_once_and_again_when_the_number_changes()
    {
        (await clinic.Write(Resources.Potassium.Status("preliminary"))).IsNothing();
        (await clinic.Write(Resources.Potassium)).Is("lab.critical.alert");
        (await clinic.Write(Resources.Potassium.With("note", """[{"text":"called"}]"""))).IsNothing();
        (await clinic.Write(Resources.Potassium.Status("amended"))).IsNothing();
        (await clinic.Write(Resources.Potassium.With("valueQuantity", """{"value":7.1,"unit":"mmol/L","code":"mmol/L"}""")))
            .Is("lab.critical.alert");
        (await clinic.Write(Resources.Potassium.Status("entered-in-error"))).Is("lab.critical.corrected");
    }

    [Fact]
    public async Task Each_critical_component_of_a_panel_is_an_alert_of_its_own()
    {
        var gas = Resources.Potassium.Without("valueQuantity").With("code", """{"text":"Blood gas"}""").With(
            "component",
            """
            [{"code":{"coding":[{"system":"http://loinc.org","code":"2744-1"}],"text":"pH"},"valueQuantity":{"value":7.1,"code":"[pH]"}},
             {"code":{"coding":[{"system":"http://loinc.org","code":"2019-8"}],"text":"pCO2"},"valueQuantity":{"value":80,"code":"mm[Hg]"}},
             {"code":{"coding":[{"system":"http://loinc.org","code":"2703-7"}],"text":"pO2"},"valueQuantity":{"value":90,"code":"mm[Hg]"}}]
            """);

        (await clinic.Write(gas)).Is("lab.critical.alert", "lab.critical.alert");
    }

    [Fact]
    public async Task A_value_without_a_category_is_judged_when_its_test_has_limits() =>
        (await clinic.Write(Resources.Potassium.Without("category"))).Is("lab.critical.alert");

    [Fact]
    public async Task A_vital_sign_is_not_judged_by_laboratory_limits()
    {
        var told = await clinic.Write(
            Resources.Potassium.With(
            "category", """[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"exam"}]}]"""));

        told.IsNothing();
    }

    [Fact]
    public async Task A_tenant_sets_its_own_limits_and_reasons()
    {
        clinic.Settings["critical-limits"] = Resources.Json(
            """{"2823-3":{"unit":"mmol/L","high":7.0,"highReason":"Call the ward"},"2951-2":null,"99999-9":[{"unit":"U/L","low":3}]}""");

        (await clinic.Write(Resources.Potassium)).IsNothing();
        Assert.Equal("Call the ward", (await clinic.Write(Measured("2823-3", "7.0", "mmol/L"))).The<LabCriticalAlert>().CriticalReason);
        (await clinic.Write(Measured("2951-2", "100", "mmol/L"))).IsNothing();
        Assert.Equal("Critically low", (await clinic.Write(Measured("99999-9", "2", "U/L"))).The<LabCriticalAlert>().CriticalReason);
        Assert.Equal("Severe anemia", (await clinic.Write(Measured("718-7", "6", "g/dL"))).The<LabCriticalAlert>().CriticalReason);
    }

    [Fact]
    public async Task The_limits_of_one_tenant_are_not_those_of_another()
    {
        clinic.Settings["critical-limits"] = Resources.Json("""{"2823-3":null}""");

        (await clinic.Write(Resources.Potassium)).IsNothing();
        (await new Clinic().Write(Resources.Potassium)).Is("lab.critical.alert");
    }

    [Theory]
    [InlineData("2345-7", ">", "400", "mg/dL", "Severe hyperglycemia cannot be excluded")]
    [InlineData("2345-7", "<", "60", "mg/dL", "Severe hypoglycemia cannot be excluded")]
    [InlineData("2345-7", "<", "40", "mg/dL", "Severe hypoglycemia")]
    [InlineData("2524-7", "<", "0.3", "mmol/L", null)]
    [InlineData("751-8", ">", "8", "10*9/L", null)]
    public async Task What_a_bound_does_not_exclude_is_told(string loinc, string comparator, string value, string unit, string? reason)
    {
        var told = await clinic.Write(Measured(loinc, value, unit)
            .With("valueQuantity", $$"""{"value":{{value}},"comparator":"{{comparator}}","unit":"{{unit}}","code":"{{unit}}"}"""));

        if (reason is null) told.IsNothing();
        else Assert.Equal((reason, $"{comparator} {value} {unit}"), (told.The<LabCriticalAlert>().CriticalReason, TextOf(told)));
    }

    [Theory]
    [InlineData(">400 mg/dL", "Severe hyperglycemia cannot be excluded")]
    [InlineData("> 450 mg/dL", "Severe hyperglycemia")]
    [InlineData("\u2265 451mg/dL", "Severe hyperglycemia")]
    [InlineData("45 mg/dL", "Severe hypoglycemia")]
    [InlineData("110 mg/dL", null)]
    [InlineData("480", "Could not be judged: its unit is not known here")]
    [InlineData("hemolyzed", null)]
    [InlineData("2 of 3 tubes", null)]
    public async Task A_number_in_words_is_judged_as_a_number(string words, string? reason)
    {
        var told = await clinic.Write(Measured("2345-7", "1", "mg/dL").Without("valueQuantity").With("valueString", $"\"{words}\""));

        if (reason is null) told.IsNothing();
        else Assert.Equal((reason, words), (told.The<LabCriticalAlert>().CriticalReason, TextOf(told)));
    }

    [Theory]
    [InlineData("2345-7", "480", "mg per deciliter")]
    [InlineData("2823-3", "6.5", "mg/dL")]
    [InlineData("2823-3", "6.5", "mmol")]
    [InlineData("777-3", "12", "G/L")]
    [InlineData("14682-9", "12", "mg/dL")]
    [InlineData("14749-6", "100", "mg/dL")]
    [InlineData("2345-7", "2.0", "mmol/L")]
    [InlineData("17861-6", "5", "meq/L")]
    public async Task A_number_in_a_unit_that_no_limit_understands_is_told(string loinc, string value, string unit)
    {
        var told = await clinic.Write(Measured(loinc, value, unit));

        Assert.Equal(CriticalValue.Unjudged, told.The<LabCriticalAlert>().CriticalReason);
    }

    [Fact]
    public async Task A_number_that_the_laboratory_has_judged_is_not_told_for_its_unit()
    {
        var strange = Measured("2345-7", "90", "mg per deciliter");

        (await clinic.Write(strange.With("interpretation", Interpretation("N")))).IsNothing();
        (await clinic.Write(strange.Named("range").With("referenceRange", """[{"low":{"value":70},"high":{"value":100}}]"""))).IsNothing();
        (await clinic.Write(strange.Named("beyond").With("referenceRange", """[{"low":{"value":70},"high":{"value":80}}]""")))
            .Is("lab.critical.alert");
        (await clinic.Write(strange.Named("flagged").With("interpretation", Interpretation("HH")))).Is("lab.critical.alert");
    }

    [Fact]
    public async Task A_ratio_without_a_unit_is_judged()
    {
        var told = await clinic.Write(Measured("6301-6", "5.4", "{INR}").With("valueQuantity", """{"value":5.4}"""));

        Assert.Equal("Severely prolonged clotting", told.The<LabCriticalAlert>().CriticalReason);
    }

    [Theory]
    [InlineData("""[{"text":"Chemistry"}]""", true)]
    [InlineData("""[{"coding":[{"system":"urn:oid:2.999.1","code":"CHEM"}]}]""", true)]
    [InlineData("""[{"coding":[{"system":"http://hl7.org/fhir/observation-category","code":"survey"}]}]""", false)]
    [InlineData("""[{"text":"imaging"}]""", false)]
    public async Task A_value_in_a_category_of_the_laboratorys_own_is_judged(string category, bool isJudged)
    {
        var told = await clinic.Write(Resources.Potassium.With("category", category));

        Assert.Equal(isJudged ? ["lab.critical.alert"] : [], told.Types);
    }

    [Fact]
    public async Task A_component_or_a_flag_without_a_category_is_told()
    {
        var panel = Resources.Potassium.Without("category").Without("valueQuantity");
        var gases = panel.Named("gases").With("code", """{"text":"Gases"}""").With("component", $"[{Part}]");
        var flagged = panel.Named("flagged").With("code", """{"text":"Culture"}""").With("interpretation", Interpretation("AA"));

        (await clinic.Write(gases)).Is("lab.critical.alert");
        (await clinic.Write(flagged)).Is("lab.critical.alert");
    }

    [Theory]
    [InlineData("Critical high", "HH")]
    [InlineData("critically low", "LL")]
    [InlineData("PANIC", "AA")]
    [InlineData("hh", "HH")]
    [InlineData("Not critical", null)]
    [InlineData("High", null)]
    public async Task An_interpretation_in_words_counts(string words, string? flag)
    {
        var told = await clinic.Write(Measured("2823-3", "4.1", "mmol/L").With("interpretation", $$"""[{"text":"{{words}}"}]"""));

        if (flag is null) told.IsNothing();
        else Assert.Equal(flag, told.The<LabCriticalAlert>().Interpretation);
    }

    private const string Part = """
        {"code":{"coding":[{"system":"http://loinc.org","code":"2744-1"}]},"valueQuantity":{"value":7.1,"code":"[pH]"}}
        """;

    private static string? TextOf(Told told) => told.The<LabCriticalAlert>().ValueText;

    private static string Interpretation(string flag) =>
        $$"""[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation","code":"{{flag}}"}]}]""";

    private static string Measured(string loinc, string value, string unit) =>
        Resources.Potassium.Named($"o-{loinc}-{value}")
            .With("code", $$"""{"coding":[{"system":"http://loinc.org","code":"{{loinc}}"}],"text":"Test"}""")
            .With("valueQuantity", $$"""{"value":{{value}},"unit":"{{unit}}","code":"{{unit}}"}""");
}

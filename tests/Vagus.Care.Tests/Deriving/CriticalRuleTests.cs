using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

/// <summary>Limits in every unit, for ages and sexes, and changes that come too fast.</summary>
public sealed class CriticalRuleTests
{
    private const string Neonatal =
        """{"1975-2":[{"unit":"mg/dL","high":15,"highReason":"Newborn","maxAgeDays":28},{"unit":"mg/dL","high":20,"minAgeDays":28}]}""";

    private readonly Clinic clinic = new();

    [Theory]
    [InlineData("718-7", "0.065", "kg/L", true)]
    [InlineData("718-7", "75", "g/L", false)]
    [InlineData("2345-7", "0.45", "g/L", true)]
    [InlineData("2345-7", "45", "mg/L", true)]
    [InlineData("2823-3", "6500", "umol/L", true)]
    [InlineData("2823-3", "5900", "umol/L", false)]
    [InlineData("4544-3", "0.18", "1", true)]
    [InlineData("17861-6", "7", "mg/dL", false)]
    public async Task A_value_in_another_unit_of_the_same_measure_is_converted(string loinc, string value, string unit, bool isCritical)
    {
        var told = await clinic.Write(Measured("o", loinc, value, unit));

        Assert.Equal(isCritical ? ["lab.critical.alert"] : [], told.Types);
    }

    [Theory]
    [InlineData("2026-03-01", "16", "Newborn")]
    [InlineData("2026-01-01", "16", null)]
    [InlineData("2026-01-01", "21", "Critically high")]
    [InlineData("2026", "16", "Newborn")]
    public async Task A_limit_holds_for_its_ages_and_for_people_of_unknown_age(string birthDate, string value, string? reason)
    {
        clinic.Settings["critical-limits"] = Resources.Json(Neonatal);
        await clinic.Write(Resources.Maya.With("birthDate", $"\"{birthDate}\""));

        var told = await clinic.Write(Measured("o", "1975-2", value, "mg/dL", "2026-03-09T08:00:00Z"));

        if (reason is null) told.IsNothing();
        else Assert.Equal(reason, told.The<LabCriticalAlert>().CriticalReason);
    }

    [Theory]
    [InlineData("2160-0", "10", true)]
    [InlineData("2160-0", "9.9", false)]
    [InlineData("38483-4", "10", true)]
    [InlineData("38483-4", "9.9", false)]
    public async Task Creatinine_has_a_limit_of_the_house(string loinc, string value, bool isCritical)
    {
        var told = await clinic.Write(Measured("o", loinc, value, "mg/dL"));

        if (isCritical) Assert.Equal("Severely high creatinine", told.The<LabCriticalAlert>().CriticalReason);
        else told.IsNothing();
    }

    [Theory]
    [InlineData("2026-02-10", "15", true)]
    [InlineData("2026-02-10", "14.9", false)]
    [InlineData("2026-02-09", "15", false)]
    [InlineData("1984-06-02", "25", false)]
    [InlineData("2026", "15", true)]
    public async Task Bilirubin_has_a_limit_of_the_house_for_newborns_and_people_of_unknown_age(
        string birthDate, string value, bool isCritical)
    {
        await clinic.Write(Resources.Maya.With("birthDate", $"\"{birthDate}\""));

        var told = await clinic.Write(Measured("o", "1975-2", value, "mg/dL", "2026-03-09T08:00:00Z"));

        if (isCritical) Assert.Equal("Severe newborn jaundice", told.The<LabCriticalAlert>().CriticalReason);
        else told.IsNothing();
    }

    [Theory]
    [InlineData("male", true)]
    [InlineData("female", false)]
    [InlineData("unknown", true)]
    public async Task A_limit_of_one_sex_holds_for_it_and_for_people_of_unknown_sex(string gender, bool isCritical)
    {
        clinic.Settings["critical-limits"] = Resources.Json("""{"718-7":{"unit":"g/dL","low":8,"sex":"male"}}""");
        await clinic.Write(Resources.Maya.With("gender", $"\"{gender}\""));

        var told = await clinic.Write(Measured("o", "718-7", "7.5", "g/dL"));

        Assert.Equal(isCritical ? ["lab.critical.alert"] : [], told.Types);
    }

    [Fact]
    public async Task A_change_beyond_the_delta_of_the_tenant_is_critical_once()
    {
        clinic.Settings["critical-deltas"] = Resources.Json(
            """{"718-7":{"unit":"g/dL","fall":3,"hours":24,"reason":"Acute fall of hemoglobin"}}""");
        await clinic.Write(Measured("a", "718-7", "13.2", "g/dL", "2026-03-08T06:00:00Z"));
        await clinic.Write(Measured("b", "718-7", "130", "g/L", "2026-03-08T20:00:00Z"));

        var fallen = Measured("c", "718-7", "9.8", "g/dL", "2026-03-09T08:00:00Z");
        var told = await clinic.Write(fallen);
        var again = await clinic.Write(fallen.With("note", """[{"text":"checked"}]"""));

        Assert.Equal("Acute fall of hemoglobin: fell by 3.2 g/dL within 12 h", told.The<LabCriticalAlert>().CriticalReason);
        again.IsNothing();
    }

    [Fact]
    public async Task A_value_that_is_critical_by_itself_is_told_once_whatever_deltas_it_is_beyond()
    {
        clinic.Settings["critical-deltas"] = Resources.Json(
            """{"718-7":[{"unit":"g/dL","fall":3,"hours":24},{"unit":"g/dL","fall":2,"hours":48}]}""");
        await clinic.Write(Measured("a", "718-7", "13.2", "g/dL", "2026-03-08T06:00:00Z"));

        var slight = await clinic.Write(Measured("b", "718-7", "9.8", "g/dL", "2026-03-08T20:00:00Z"));
        var grave = await clinic.Write(Measured("c", "718-7", "4.1", "g/dL", "2026-03-09T02:00:00Z"));

        slight.Is("lab.critical.alert");
        grave.Is("lab.critical.alert");
        Assert.DoesNotContain("within", grave.The<LabCriticalAlert>().CriticalReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_critical_value_that_turns_out_to_be_another_patients_is_critical_for_that_one()
    {
        await clinic.Write(Measured("a", "718-7", "4.1", "g/dL"));

        var moved = await clinic.Write(Measured("a", "718-7", "4.1", "g/dL").With("subject", """{"reference":"Patient/noah"}"""));

        moved.Is("lab.critical.alert", "lab.critical.corrected");
        Assert.Equal("noah", moved.The<LabCriticalAlert>().PatientId);
    }

    [Theory]
    [InlineData("2026-03-07T06:00:00Z", "9.8")]
    [InlineData("2026-03-08T20:00:00Z", "10.3")]
    [InlineData("2026-03-08T20:00:00Z", "17.5")]
    [InlineData("2026-03-09T20:00:00Z", "9.8")]
    [InlineData("2026-03-10T20:00:00Z", "17.0")]
    public async Task A_slower_smaller_or_opposite_change_is_not(string earlier, string value)
    {
        clinic.Settings["critical-deltas"] = Resources.Json("""{"718-7":{"unit":"g/dL","fall":3,"hours":24}}""");
        await clinic.Write(Measured("a", "718-7", "13.2", "g/dL", earlier));

        (await clinic.Write(Measured("c", "718-7", value, "g/dL", "2026-03-09T08:00:00Z"))).IsNothing();
    }

    [Fact]
    public async Task A_value_that_arrives_late_is_judged_by_those_measured_after_it()
    {
        clinic.Settings["critical-deltas"] = Resources.Json("""{"718-7":{"unit":"g/dL","fall":3,"hours":24,"reason":"Acute fall"}}""");
        await clinic.Write(Measured("evening", "718-7", "9.5", "g/dL", "2026-03-09T20:00:00Z"));
        await clinic.Write(Measured("noon", "718-7", "9.8", "g/dL", "2026-03-09T12:00:00Z"));

        var late = Measured("morning", "718-7", "13.2", "g/dL", "2026-03-09T06:00:00Z");
        var told = await clinic.Write(late);
        var corrected = await clinic.Write(late.With("status", "\"entered-in-error\""));

        Assert.Equal(
            ("Acute fall: fell by 3.4 g/dL within 6 h, to 9.8 g/dL", 13.2m),
            (told.The<LabCriticalAlert>().CriticalReason, told.The<LabCriticalAlert>().Value));
        corrected.Is("lab.critical.corrected");
    }

    [Fact]
    public async Task Of_values_that_arrived_in_any_order_the_last_one_measured_before_is_the_one_before()
    {
        clinic.Settings["critical-deltas"] = Resources.Json("""{"718-7":{"unit":"g/dL","fall":3,"hours":24,"reason":"Acute fall"}}""");
        await clinic.Write(Measured("b", "718-7", "13.0", "g/dL", "2026-03-09T06:00:00Z"));
        await clinic.Write(Measured("a", "718-7", "13.2", "g/dL", "2026-03-08T20:00:00Z"));

        var told = await clinic.Write(Measured("c", "718-7", "9.8", "g/dL", "2026-03-09T08:00:00Z"));

        Assert.Equal("Acute fall: fell by 3.2 g/dL within 2 h", told.The<LabCriticalAlert>().CriticalReason);
    }

    private static string Measured(string id, string loinc, string value, string unit, string? at = null)
    {
        var measured = Resources.Potassium.Without("basedOn").Named(id)
            .With("code", $$$"""{"coding":[{"system":"http://loinc.org","code":"{{{loinc}}}"}]}""")
            .With(
                "valueQuantity", $$"""{"value":{{value}},"unit":"{{unit}}","system":"http://unitsofmeasure.org","code":"{{unit}}"}""");
        return at is null ? measured : measured.With("effectiveDateTime", $"\"{at}\"");
    }
}

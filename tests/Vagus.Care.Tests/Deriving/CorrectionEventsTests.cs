using Vagus.Events;

namespace Vagus.Care.Tests.Deriving;

/// <summary>A critical value that does not hold any more is told as that.</summary>
public sealed class CorrectionEventsTests
{
    private readonly Clinic clinic = new();

    [Fact]
    public async Task A_value_that_is_corrected_to_one_that_is_not_critical_tells_both_numbers()
    {
        await clinic.Write(Resources.Maya, Resources.LabOrder);
        await clinic.Write(Resources.Potassium);

        var told = await clinic.Write(Resources.Potassium.With("status", "\"corrected\"").With("valueQuantity", Quantity("4.1")));

        told.Is("lab.critical.corrected");
        var corrected = told.The<LabCriticalCorrected>();
        Assert.Equal(
            ("corrected", 4.1m, 6.5m, "mmol/L"), (corrected.Correction, corrected.Value, corrected.PreviousValue, corrected.PreviousUnit));
        Assert.Equal(
            ("maya", "Maya Okafor", "ruiz", "Observation/potassium/_history/2"),
            (corrected.PatientId, corrected.PatientName, corrected.OrderingProviderId, corrected.Resource));
    }

    [Theory]
    [InlineData("entered-in-error", "entered-in-error")]
    [InlineData("cancelled", "withdrawn")]
    public async Task A_value_that_does_not_count_any_more_is_told_without_a_number_of_now(string status, string correction)
    {
        await clinic.Write(Resources.Potassium);

        var corrected = (await clinic.Write(Resources.Potassium.With("status", $"\"{status}\""))).The<LabCriticalCorrected>();

        Assert.Equal((correction, null, 6.5m), (corrected.Correction, corrected.Value, corrected.PreviousValue));
    }

    [Fact]
    public async Task A_value_that_is_deleted_or_another_patients_is_told_of_the_patient_of_then()
    {
        await clinic.Write(Resources.Potassium);
        var moved = await clinic.Write(Resources.Potassium.With("subject", """{"reference":"Patient/other"}"""));
        var deleted = await clinic.Delete("Observation/potassium");

        moved.Is("lab.critical.alert", "lab.critical.corrected");
        var (first, second) = (moved.The<LabCriticalCorrected>(), deleted.The<LabCriticalCorrected>());
        Assert.Equal(("other-patient", "maya"), (first.Correction, first.PatientId));
        Assert.Equal(("deleted", "other"), (second.Correction, second.PatientId));
    }

    [Fact]
    public async Task A_value_of_two_patients_records_is_told_of_its_subject()
    {
        var measured = Resources.Potassium.With("performer", """[{"reference":"Patient/another"}]""");
        await clinic.Write(measured);

        var corrected = await clinic.Write(measured.With("valueQuantity", Quantity("4.1")));

        Assert.Equal("maya", corrected.The<LabCriticalCorrected>().PatientId);
    }

    [Fact]
    public async Task Another_critical_value_is_told_as_critical_and_what_never_was_critical_is_not_told()
    {
        await clinic.Write(Resources.Potassium);
        var other = await clinic.Write(Resources.Potassium.With("valueQuantity", Quantity("6.9")));
        await clinic.Write(Resources.Potassium.With("id", "\"calm\"").With("valueQuantity", Quantity("4.0")));
        var calm = await clinic.Write(
            Resources.Potassium.With("id", "\"calm\"").With("status", "\"entered-in-error\"").With("valueQuantity", Quantity("4.0")));

        other.Is("lab.critical.alert");
        calm.IsNothing();
    }

    [Fact]
    public async Task A_value_that_was_critical_by_its_change_alone_is_told_when_it_does_not_hold()
    {
        clinic.Settings["critical-deltas"] = System.Text.Json.JsonElement.Parse(
            """{"2823-3":{"unit":"mmol/L","rise":1.0,"hours":24,"reason":"Potassium rose"}}""");
        var first = Resources.Potassium.With("valueQuantity", Quantity("3.6")).With("effectiveDateTime", "\"2026-03-09T08:00:00Z\"");
        var second = Resources.Potassium.With("id", "\"later\"").With("effectiveDateTime", "\"2026-03-09T12:00:00Z\"");
        await clinic.Write(first);
        (await clinic.Write(second.With("valueQuantity", Quantity("4.9")))).Is("lab.critical.alert");

        var told = await clinic.Write(second.With("valueQuantity", Quantity("3.9")));

        Assert.Equal((3.9m, 4.9m), (told.The<LabCriticalCorrected>().Value, told.The<LabCriticalCorrected>().PreviousValue));
    }

    private static string Quantity(string value) =>
        $$"""{"value":{{value}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}""";
}

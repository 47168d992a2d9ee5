using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Vagus.Care.Deriving.Reading;

namespace Vagus.Care.Charts;

/// <summary>Vital signs, each measurement a row, and laboratory values.</summary>
internal static class ObservationFacts
{
    // LOINC. The second and later codes of a measurement are those that devices and older systems send.
    private static readonly FrozenDictionary<string, FactKind> VitalByCode = new Dictionary<string, FactKind>(StringComparer.Ordinal)
    {
        ["8867-4"] = FactKind.HeartRate,
        ["8480-6"] = FactKind.Systolic,
        ["8462-4"] = FactKind.Diastolic,
        ["8310-5"] = FactKind.Temperature,
        ["8331-1"] = FactKind.Temperature,
        ["9279-1"] = FactKind.RespiratoryRate,
        ["2708-6"] = FactKind.OxygenSaturation,
        ["59408-5"] = FactKind.OxygenSaturation,
        ["29463-7"] = FactKind.Weight,
        ["3141-9"] = FactKind.Weight,
        ["8302-2"] = FactKind.Height,
        ["8308-9"] = FactKind.Height,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The vital sign that a LOINC code is of.</summary>
    public static FactKind? VitalOf(string code) => VitalByCode.TryGetValue(code, out var kind) ? kind : null;

    public static IEnumerable<Fact> Of(JsonElement observation, DateTimeOffset at)
    {
        if (observation.Status() is not ("preliminary" or "final" or "amended" or "corrected" or "appended")) return [];
        if (observation.IsVitalSign()) return Vitals(observation, at);
        return observation.IsLaboratory() || !observation.Items("category").Any() ? Tests(observation, at) : [];
    }

    private static IEnumerable<Fact> Vitals(JsonElement observation, DateTimeOffset at)
    {
        var measuredAt = TimeOf(observation);
        var sort = ClinicalTime.Of(at, measuredAt);
        var link = RecordFacts.LinkTo(observation, "encounter", "Encounter");
        var values = new Dictionary<FactKind, JsonElement>();
        if (Measured(observation) is { } own && KindOf(observation) is { } kind) values[kind] = own;
        foreach (var component in observation.Items("component"))
        {
            if (Measured(component) is { } part && KindOf(component) is { } partKind) values.TryAdd(partKind, part);
        }

        if (values.Remove(FactKind.Systolic, out var systolic) && values.Remove(FactKind.Diastolic, out var diastolic))
        {
            var pressure = new PressureValue(
                string.Create(CultureInfo.InvariantCulture, $"{systolic.Number("value")}/{diastolic.Number("value")}"), UnitOf(systolic),
                measuredAt);
            yield return Fact.Of(FactKind.BloodPressure, observation.Id(), sort, pressure, ChartJson.Default.PressureValue)
                with { Link = link };
        }
        else if (systolic.ValueKind == JsonValueKind.Object)
        {
            values[FactKind.Systolic] = systolic;
        }

        foreach (var (each, quantity) in values)
        {
            var value = new VitalValue(quantity.Number("value"), UnitOf(quantity), measuredAt);
            yield return Fact.Of(each, observation.Id(), sort, value, ChartJson.Default.VitalValue) with { Link = link };
        }
    }

    private static IEnumerable<Fact> Tests(JsonElement observation, DateTimeOffset at)
    {
        var sort = ClinicalTime.Of(at, TimeOf(observation));
        var link = $"Observation/{observation.Id()}";
        if (HasValue(observation) || !observation.Items("component").Any())
            yield return Fact.Of(FactKind.LabTest, observation.Id(), sort, Test(observation, observation), ChartJson.Default.LabTest)
                with { Link = link };
        var number = 0;
        foreach (var component in observation.Items("component"))
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{observation.Id()}/{number++:000}");
            yield return Fact.Of(FactKind.LabTest, key, sort, Test(component, observation), ChartJson.Default.LabTest) with { Link = link };
        }
    }

    private static LabTest Test(JsonElement measured, JsonElement observation)
    {
        var quantity = measured.Child("valueQuantity");
        var interpretation = measured.Codings("interpretation").FirstOrDefault()?.Code;
        return new LabTest(
            measured.Coding("code", Systems.Loinc), measured.Concept("code"), quantity?.Number("value"),
            quantity is null ? TextOf(measured) : null, quantity is { } unit ? UnitOf(unit) : null, RangeOf(measured), interpretation,
            interpretation is "HH" or "LL" or "AA" && observation.Status() is not "preliminary");
    }

    private static bool HasValue(JsonElement measured) => measured.Child("valueQuantity") is not null || TextOf(measured) is not null;

    private static string? TextOf(JsonElement measured) =>
        measured.Text("valueString") ?? measured.Concept("valueCodeableConcept") ?? measured.Child("valueInteger")?.GetRawText()
        ?? measured.Child("valueBoolean")?.GetRawText() ?? measured.Text("valueDateTime") ?? measured.Concept("dataAbsentReason");

    private static string? RangeOf(JsonElement measured)
    {
        var range = measured.Items("referenceRange").FirstOrDefault();
        if (range.Text("text") is { } text) return text;
        var (low, high) = (range.Child("low")?.Number("value"), range.Child("high")?.Number("value"));
        return (low, high) switch
        {
            (null, null) => null,
            (null, _) => string.Create(CultureInfo.InvariantCulture, $"<= {high}"),
            (_, null) => string.Create(CultureInfo.InvariantCulture, $">= {low}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{low}-{high}"),
        };
    }

    private static JsonElement? Measured(JsonElement measured) =>
        measured.Child("valueQuantity") is { } quantity && quantity.Number("value") is not null ? quantity : null;

    private static FactKind? KindOf(JsonElement measured) =>
        measured.Codings("code").Where(coding => coding.System == Systems.Loinc)
            .Select(coding => VitalOf(coding.Code))
            .FirstOrDefault(kind => kind is not null);

    private static string? UnitOf(JsonElement quantity) => quantity.Text("unit") ?? quantity.Text("code");

    private static string? TimeOf(JsonElement observation) =>
        observation.Text("effectiveDateTime") ?? observation.Child("effectivePeriod")?.Text("start") ?? observation.Text("effectiveInstant")
        ?? observation.Text("issued");
}

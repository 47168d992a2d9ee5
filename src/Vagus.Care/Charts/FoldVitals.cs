using System.Globalization;

namespace Vagus.Care.Charts;

/// <summary>The newest of each vital sign among rows.</summary>
internal static class FoldVitals
{
    public static LatestVitals Of(IReadOnlyCollection<FactRow> rows) => new(
        Value(rows, FactKind.HeartRate),
        Pressure(rows),
        Value(rows, FactKind.Temperature),
        Value(rows, FactKind.RespiratoryRate),
        Value(rows, FactKind.OxygenSaturation),
        Value(rows, FactKind.Weight),
        Value(rows, FactKind.Height));

    private static VitalValue? Value(IEnumerable<FactRow> rows, FactKind kind) =>
        Newest(rows, kind)?.Read(ChartJson.Default.VitalValue);

    /// <summary>A pressure that was written as one, or two that were written apart at the same time, whichever is newer.</summary>
    private static PressureValue? Pressure(IReadOnlyCollection<FactRow> rows)
    {
        var whole = Newest(rows, FactKind.BloodPressure);
        var (systolic, diastolic) = (Newest(rows, FactKind.Systolic), Newest(rows, FactKind.Diastolic));
        if (systolic is { Sort: var at } && diastolic?.Sort == at && at > (whole?.Sort ?? long.MinValue))
        {
            var (high, low) = (systolic.Read(ChartJson.Default.VitalValue), diastolic.Read(ChartJson.Default.VitalValue));
            return new PressureValue(string.Create(CultureInfo.InvariantCulture, $"{high.Value}/{low.Value}"), high.Unit, high.At);
        }

        return whole?.Read(ChartJson.Default.PressureValue);
    }

    private static FactRow? Newest(IEnumerable<FactRow> rows, FactKind kind) =>
        rows.Where(row => row.Kind == kind).MaxBy(row => (row.Sort, row.Origin));
}

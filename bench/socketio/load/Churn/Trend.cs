namespace Vagus.SocketIO.Load.Churn;

/// <summary>A straight line through samples by least squares.</summary>
internal sealed record Trend(double SlopePerMinute, double Mean)
{
    internal static Trend Through(IReadOnlyList<(double Minute, double Value)> samples)
    {
        if (samples.Count < 2) return new Trend(0, 0);
        var minute = samples.Average(sample => sample.Minute);
        var mean = samples.Average(sample => sample.Value);
        var spread = samples.Sum(sample => (sample.Minute - minute) * (sample.Minute - minute));
        var together = samples.Sum(sample => (sample.Minute - minute) * (sample.Value - mean));
        return new Trend(spread == 0 ? 0 : together / spread, mean);
    }
}

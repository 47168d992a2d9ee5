using System.Globalization;

namespace Vagus.Bench;

/// <summary>The time each request took, one slot per request, so that recording costs no lock.</summary>
internal sealed class Latencies(int slots)
{
    private readonly long[] ticks = new long[slots];
    private int failed;

    /// <summary>Ticks of a request that never finished are zero and left out.</summary>
    public void Record(int slot, TimeSpan took) => ticks[slot] = Math.Max(took.Ticks, 1);

    public void Fail() => Interlocked.Increment(ref failed);

    public string Report(string what, TimeSpan elapsed)
    {
        var sorted = ticks.Where(each => each > 0).Order().ToArray();
        if (sorted.Length == 0) return $"{what}: nothing finished, {failed} failed";

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {sorted.Length} done, {failed} failed, {elapsed.TotalSeconds:0.00} s, {sorted.Length / elapsed.TotalSeconds:0} /s, p50 {At(sorted, 0.50):0.00} ms, p95 {At(sorted, 0.95):0.00} ms, p99 {At(sorted, 0.99):0.00} ms, max {At(sorted, 1):0.00} ms");
    }

    private static double At(long[] sorted, double share) =>
        TimeSpan.FromTicks(sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)]).TotalMilliseconds;
}

using System.Globalization;

namespace Vagus.Bench.FhirKernel;

/// <summary>
/// Runs a step over all resources for some seconds of CPU, collections included: a busy machine changes the figure little.
/// </summary>
internal sealed class Meter(IReadOnlyList<byte[]> resources, TimeSpan time)
{
    /// <summary>Resources per second of CPU. The first pass only warms up.</summary>
    public double Row(string name, Action<byte[]> step)
    {
        Pass(step);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var start = Environment.CpuUsage.TotalTime;
        long count = 0;
        while (Environment.CpuUsage.TotalTime - start < time)
        {
            Pass(step);
            count += resources.Count;
        }

        var rate = count / (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
        Print(name, string.Create(CultureInfo.InvariantCulture, $"{rate:F0} resources per CPU-second, {bytes} bytes allocated each"));
        return rate;
    }

    public static void Ratio(string stage, double ours, double theirs) =>
        Print($"ratio: {stage}", string.Create(CultureInfo.InvariantCulture, $"{ours / theirs:F1} times Firely's rate"));

    public static void Print(string name, string figure) => Console.WriteLine($"{name,-45} {figure}");

    private void Pass(Action<byte[]> step)
    {
        foreach (var resource in resources) step(resource);
    }
}

using System.Globalization;

namespace Vagus.Bench.Hospital;

/// <summary>Processor time and resident memory of processes, as Linux tells them.</summary>
internal sealed record Usage(TimeSpan Processor, double Megabytes)
{
    // proc(5): the clock ticks of user space are hundredths of a second.
    private const int TicksPerSecond = 100;

    public static Usage Of(IEnumerable<int> processes)
    {
        var (ticks, kilobytes) = (0L, 0L);
        foreach (var id in processes)
        {
            var folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}");
            // Fields 14 and 15, counted behind the name, which may hold blanks.
            var fields = File.ReadAllText($"{folder}/stat").Split(") ")[^1].Split(' ');
            ticks += Number(fields[11]) + Number(fields[12]);
            var resident = File.ReadLines($"{folder}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            kilobytes += Number(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }

        return new Usage(TimeSpan.FromSeconds((double)ticks / TicksPerSecond), kilobytes / 1024.0);
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

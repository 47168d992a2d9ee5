using System.Globalization;

namespace Vagus.Bench.Hospital;

/// <summary>Time of all processors since the machine started, as Linux tells it: proc(5), the first line of <c>/proc/stat</c>.</summary>
internal sealed record Machine(TimeSpan Busy, TimeSpan Waiting)
{
    private const int TicksPerSecond = 100;
    private const int Idle = 3;
    private const int WaitingForDisk = 4;
    private const int Counted = 8;

    public static Machine Now()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Counted)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToList();
        return new Machine(Of(ticks.Sum() - ticks[Idle] - ticks[WaitingForDisk]), Of(ticks[WaitingForDisk]));
    }

    private static TimeSpan Of(long ticks) => TimeSpan.FromSeconds((double)ticks / TicksPerSecond);
}

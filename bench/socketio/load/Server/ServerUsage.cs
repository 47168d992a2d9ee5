using System.Globalization;

namespace Vagus.SocketIO.Load.Server;

/// <summary>What a server process has used, as the kernel counts it.</summary>
internal sealed record ServerUsage(double CpuSeconds, long ResidentKb, long PrivateKb, int Threads, int Descriptors)
{
    // USER_HZ is 100 on every Linux that runs .NET; the file counts in it whatever the kernel's own tick.
    private const double TicksPerSecond = 100;

    internal static ServerUsage Of(int processId)
    {
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        var memory = ReadRollup(processId);
        return new ServerUsage(
            ticks / TicksPerSecond,
            memory.GetValueOrDefault("Rss"),
            memory.GetValueOrDefault("Private_Clean") + memory.GetValueOrDefault("Private_Dirty"),
            int.Parse(fields[17], CultureInfo.InvariantCulture),
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length);
    }

    private static Dictionary<string, long> ReadRollup(int processId) => File
        .ReadLines($"/proc/{processId}/smaps_rollup")
        .Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries))
        .Where(parts => parts is [_, _, "kB"])
        .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
}

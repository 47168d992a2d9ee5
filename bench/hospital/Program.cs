using System.Globalization;
using Vagus.Bench.Hospital;

// bench/hospital nodes [sockets on each] [writes per second] [seconds]
// bench/hospital day [all|sqlite|postgres|nodes] [screens] [seconds] [loads ...]
switch (args.FirstOrDefault())
{
    case "nodes":
        return await NodesRun.Run(Number(1, 1_000, 10_000), Number(2, 200, 5_000), TimeSpan.FromSeconds(Number(3, 40, 600)));
    case "day" when KindsOf(args.ElementAtOrDefault(1) ?? "all") is { Count: > 0 } kinds:
        var given = args.Skip(4).Select(load => Math.Clamp(double.Parse(load, CultureInfo.InvariantCulture), 0.01, 100)).ToList();
        return await DayRun.Run(
            kinds, Number(2, 2_000, 10_000), TimeSpan.FromSeconds(Number(3, 40, 600)), given.Count > 0 ? given : [1, 2, 4]);
    default:
        await Console.Error.WriteLineAsync("nodes [sockets on each] [writes per second] [seconds]");
        await Console.Error.WriteLineAsync("day [all|sqlite|postgres|nodes] [screens] [seconds] [loads ...]");
        return 2;
}

IReadOnlyList<string> KindsOf(string asked) => asked == "all" ? Place.Kinds : [.. Place.Kinds.Where(kind => kind == asked)];

int Number(int index, int otherwise, int atMost) =>
    int.TryParse(args.ElementAtOrDefault(index), CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 1, atMost) : otherwise;

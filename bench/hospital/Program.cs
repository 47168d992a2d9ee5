using System.Globalization;
using Vagus.Bench.Hospital;

// bench/hospital nodes [sockets on each] [writes per second] [seconds]
// bench/hospital day [sqlite|postgres|nodes] [screens] [seconds] [loads ...]
switch (args.FirstOrDefault())
{
    case "nodes":
        return await NodesRun.Run(Number(1, 1_000, 10_000), Number(2, 200, 5_000), TimeSpan.FromSeconds(Number(3, 40, 600)));
    case "day" when Place.Kinds.Contains(args.ElementAtOrDefault(1) ?? "sqlite"):
        var loads = args.Skip(4).Select(load => double.Parse(load, CultureInfo.InvariantCulture)).DefaultIfEmpty(1).ToList();
        return await DayRun.Run(
            args.ElementAtOrDefault(1) ?? "sqlite", Number(2, 2_000, 10_000), TimeSpan.FromSeconds(Number(3, 60, 600)), loads);
    default:
        await Console.Error.WriteLineAsync("nodes [sockets on each] [writes per second] [seconds]");
        await Console.Error.WriteLineAsync("day [sqlite|postgres|nodes] [screens] [seconds] [loads ...]");
        return 2;
}

int Number(int index, int otherwise, int atMost) =>
    int.TryParse(args.ElementAtOrDefault(index), CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 1, atMost) : otherwise;

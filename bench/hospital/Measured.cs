using System.Globalization;
using System.Text.Json;

namespace Vagus.Bench.Hospital;

/// <summary>What one load of a day showed. Cores are means over the run; the machine's are those of all that it ran.</summary>
internal sealed record Measured
{
    public required string Kind { get; init; }

    public required double Load { get; init; }

    public required double Requests { get; init; }

    public required double Events { get; init; }

    public required double Shown { get; init; }

    public required int Lost { get; init; }

    public required int Refused { get; init; }

    public required double AnswerToFrame { get; init; }

    public required double AnswerToFrame99 { get; init; }

    public required double RequestToFrame { get; init; }

    public required double RequestToFrame99 { get; init; }

    public required double ServerCores { get; init; }

    public required double Megabytes { get; init; }

    /// <summary>Milliseconds of the servers' processors for 1,000 events.</summary>
    public required double CpuOfThousand { get; init; }

    public required double GeneratorCores { get; init; }

    public required double MachineCores { get; init; }

    /// <summary>Cores that had nothing to do but wait for the disk.</summary>
    public required double WaitingCores { get; init; }

    /// <summary>Milliseconds; it grows where the load is more than is carried.</summary>
    public required double Behind { get; init; }

    /// <summary>Null where the load was carried.</summary>
    public string? Bends()
    {
        if (Behind < 1_000) return null;
        var cores = Environment.ProcessorCount;
        if (MachineCores > 0.9 * cores)
        {
            var (servers, generator) = (Text(ServerCores), Text(GeneratorCores));
            var others = Text(Math.Max(0, MachineCores - ServerCores - GeneratorCores));
            return $"processors: {cores} are busy, servers {servers}, load generator {generator}, PostgreSQL, NATS and the rest {others}";
        }

        return WaitingCores > 0.25 * cores
            ? "disk: processors wait for its flushes" : "neither processors nor disk are busy: a lane waits for its own commits";
    }

    public static void Save(string file, IReadOnlyList<Measured> all)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(all));
    }

    /// <summary>Of a run before; empty where there was none.</summary>
    public static IReadOnlyList<Measured> Read(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize<List<Measured>>(File.ReadAllText(file)) ?? [] : [];

    private static string Text(double cores) => cores.ToString("0.0", CultureInfo.InvariantCulture);
}

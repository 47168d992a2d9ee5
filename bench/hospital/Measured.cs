using System.Globalization;
using System.Text.Json;

namespace Vagus.Bench.Hospital;

/// <summary>What one load of a day showed. Cores are means over the run; the machine's are those of all that it ran.</summary>
internal sealed record Measured
{
    public required string Kind { get; init; }

    public required double Load { get; init; }

    public required int Screens { get; init; }

    public required double Seconds { get; init; }

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

    /// <summary>The same load at the same place for as long with as many screens: its figures can be compared.</summary>
    public bool IsLike(Measured other) =>
        (Kind, Load, Screens, Seconds) == (other.Kind, other.Load, other.Screens, other.Seconds);

    public static void Save(string file, IReadOnlyList<Measured> all)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(all));
    }

    /// <summary>Of runs before; empty where there was none, or an older program has written the file.</summary>
    public static IReadOnlyList<Measured> Read(string file)
    {
        if (!File.Exists(file)) return [];
        try
        {
            return JsonSerializer.Deserialize<List<Measured>>(File.ReadAllText(file)) ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string Text(double cores) => cores.ToString("0.0", CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Globalization;
using Vagus.Bench.Subscriptions;
using Vagus.Storage.Sql;

// What a write costs while FHIR subscriptions stand: bench/subscriptions [sqlite|postgres] [writes] [subscriptions ...]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var engine = args.ElementAtOrDefault(0) == "postgres" ? Engine.Postgres : Engine.Sqlite;
var writes = int.TryParse(args.ElementAtOrDefault(1), CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 10, 20_000) : 1_000;
var counts = args.Skip(2).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).DefaultIfEmpty(-1).ToArray();
if (counts is [-1]) counts = [0, 100, 9_999];

await using var clinic = await Clinic.Open(engine);
await using var probe = await Prober.Open(clinic.Address, await clinic.Probe());
var standing = 0;
await Write(writes / 2, first: 1_000_000);

foreach (var count in counts)
{
    await clinic.SignIn();
    var began = Stopwatch.GetTimestamp();
    var more = Math.Max(0, count - standing);
    await clinic.Subscribe(standing + 1, more);
    standing += more;
    if (more > 0) Print($"{standing} subscriptions stand; {more} of them were made in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    // Two rounds: of appointments that are about some of them, and of appointments that only the probe's is about.
    foreach (var (name, first) in new[] { ("about one of them", 1), ("about none of them", 1_000_000) })
    {
        if (standing == 0 && first == 1) continue;
        await clinic.SignIn();
        GC.Collect();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var (took, arrived) = await Write(writes, first);
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Print($"{standing,6} stand, {name,-18}: write p50 {At(took, 0.5):0.00} ms, p99 {At(took, 0.99):0.00} ms; "
            + $"answer to notification p50 {At(arrived, 0.5):0.00} ms, p99 {At(arrived, 0.99):0.00} ms; "
            + $"CPU {used.TotalMilliseconds / writes:0.00} ms a write");
    }
}

// One after the other. Each appointment is of the probe's practitioner and of another one.
async Task<(List<double> Took, List<double> Arrived)> Write(int many, int first)
{
    var (took, arrived) = (new List<double>(many), new List<double>(many));
    for (var each = 0; each < many; each++)
    {
        var other = first == 1 ? 1 + (each % Math.Max(1, standing)) : first + each;
        var began = Stopwatch.GetTimestamp();
        await clinic.Put($"a{each % 50}", other);
        took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        var answered = Stopwatch.GetTimestamp();
        await probe.Heard();
        arrived.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
    }

    return (took, arrived);
}

static double At(List<double> values, double share) => values.Order().ElementAt(Math.Min((int)(values.Count * share), values.Count - 1));

static void Print(string text) => Console.WriteLine(text);

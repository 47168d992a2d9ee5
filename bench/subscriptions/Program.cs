using System.Diagnostics;
using System.Globalization;
using Vagus.Bench.Rounds;
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
await WriteRound.Run(writes / 2, each => Write(each, first: 1_000_000), probe.Heard);

foreach (var count in counts)
{
    await clinic.SignIn();
    var began = Stopwatch.GetTimestamp();
    var more = Math.Max(0, count - standing);
    await clinic.Subscribe(standing + 1, more);
    standing += more;
    if (more > 0)
        Console.WriteLine($"{standing} subscriptions stand; {more} of them were made in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    // Two rounds: of appointments that are about some of them, and of appointments that only the probe's is about.
    foreach (var (name, first) in new[] { ("about one of them", 1), ("about none of them", 1_000_000) })
    {
        if (standing == 0 && first == 1) continue;
        await clinic.SignIn();
        await WriteRound.Report($"{standing,6} stand, {name,-18}", "notification", writes, each => Write(each, first), probe.Heard);
    }
}

// Each appointment is of the probe's practitioner and of another one.
Task Write(int each, int first) => clinic.Put($"a{each % 50}", first == 1 ? 1 + (each % Math.Max(1, standing)) : first + each);

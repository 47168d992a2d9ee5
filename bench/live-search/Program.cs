using System.Diagnostics;
using System.Globalization;
using Vagus.Bench.Rounds;
using Vagus.Bench.LiveSearch;
using Vagus.Kernel;
using Vagus.Realtime;
using Vagus.Realtime.Tests;
using Vagus.Storage.Sql;

// What a write costs while searches are kept open: bench/live-search [sqlite|postgres] [writes] [searches ...]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var engine = args.ElementAtOrDefault(0) == "postgres" ? Engine.Postgres : Engine.Sqlite;
var writes = int.TryParse(args.ElementAtOrDefault(1), CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 10, 20_000) : 1_000;
var counts = args.Skip(2).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).DefaultIfEmpty(-1).ToArray();
if (counts is [-1]) counts = [0, 100, 10_000];

await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions
{
    MaxFramesPerSecond = 1_000_000, MaxSearches = 50_000, MaxSearchesOfUser = 50_000, MaxRawConnectionsOfUser = 50_000,
});
var person = await clinic.SignIn();
await using var probe = await Searcher.Open(clinic, person);
await probe.Search(0, 1);
var lines = new List<Searcher>();
var open = 0;
await WriteRound.Run(writes / 2, each => Write(each, first: 0), probe.Heard);

foreach (var count in counts)
{
    var began = Stopwatch.GetTimestamp();
    var from = open;
    while (open < count)
    {
        var line = await Searcher.Open(clinic, person);
        lines.Add(line);
        var more = Math.Min(Searcher.Most, count - open);
        await line.Search(open + 1, more);
        open += more;
    }

    var opening = Stopwatch.GetElapsedTime(began);
    if (open > from) Console.WriteLine($"{open} searches open; {open - from} of them opened in {opening.TotalSeconds:0.0} s");
    // Two rounds: of resources that one search finds, and of resources that no search but the probe's finds.
    foreach (var (name, first) in new[] { ("each found by one of them", 1), ("found by none of them", 1_000_000) })
    {
        if (open == 0 && first == 1) continue;
        await WriteRound.Report($"{open,6} open, {name,-26}", "frame", writes, each => Write(each, first), probe.Heard);
    }
}

foreach (var line in lines) await line.DisposeAsync();

// Each appointment is of the probe's practitioner and of another one.
Task Write(int each, int first) => clinic.Put(
    person, "Appointment", $"a{each % 50}",
    Searcher.Appointment($"a{each % 50}", first == 1 ? 1 + (each % Math.Max(1, open)) : first + each));

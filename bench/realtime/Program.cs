using System.Globalization;
using Vagus.Bench.Realtime;
using Vagus.Realtime;
using Vagus.Realtime.Tests;

// From a committed write to the frame at subscribers, without FHIR in between: bench/realtime [sqlite|postgres] [writes per second]
// [seconds] [more listeners]
var engine = args.ElementAtOrDefault(0) == "postgres" ? Engine.Postgres : Engine.Sqlite;
var rate = Number(1, 500, 20_000);
var seconds = Number(2, 10, 60);
var others = Number(3, 0, 2_000);

await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxRawConnectionsOfUser = 50_000 });
var person = await clinic.SignIn();
await using var raw = await Listener.OnRaw(clinic, person);
await using var socketIO = await Listener.OnSocketIO(clinic, person);
var crowd = new List<Listener>();
for (var i = 0; i < others; i++) crowd.Add(await Listener.OnSocketIO(clinic, person));

await Pace.Write(clinic, rate, TimeSpan.FromSeconds(2), new Dictionary<long, Written>());
var written = new Dictionary<long, Written>();
await Pace.Write(clinic, rate, TimeSpan.FromSeconds(seconds), written);
await Task.WhenAll(raw.Until(written.Keys.Max()), socketIO.Until(written.Keys.Max()));

Console.WriteLine(FormattableString.Invariant($"{engine}, {written.Count} writes in {seconds} s, {others} more listeners"));
foreach (var listener in new[] { raw, socketIO })
{
    Report($"{listener.Name}, from the answer to the write", written.Select(each => listener.At(each.Key) - each.Value.Answered));
    Report($"{listener.Name}, from before the write", written.Select(each => listener.At(each.Key) - each.Value.Asked));
}

foreach (var listener in crowd) await listener.DisposeAsync();

int Number(int index, int otherwise, int atMost) =>
    int.TryParse(args.ElementAtOrDefault(index), CultureInfo.InvariantCulture, out var given) ? Math.Clamp(given, 0, atMost) : otherwise;

static void Report(string what, IEnumerable<long> ticks)
{
    // A frame that overtakes the answer counts as zero.
    var sorted = ticks.Select(each => Math.Max(0, TimeProvider.System.GetElapsedTime(0, each).TotalMilliseconds)).Order().ToArray();
    Console.WriteLine(FormattableString.Invariant($"  {what}: p50 {At(0.5):0.00} ms, p99 {At(0.99):0.00} ms, max {At(1):0.00} ms"));

    double At(double share) => sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)];
}

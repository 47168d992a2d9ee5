using Vagus.EndToEnd.Tests.Running;

namespace Vagus.Bench.Hospital;

/// <summary>The day, compressed into seconds, at once and at multiples of its load, one line for each.</summary>
internal static class DayRun
{
    public static async Task<int> Run(string kind, int count, TimeSpan length, IReadOnlyList<double> loads)
    {
        await using var place = await Place.Open(kind);
        using var writers = await Writers.Open(place);
        await writers.Prepare(Day.Admissions());
        await using var screens = await Screens.Open(place, count);
        await writers.Run(Day.OrderOf, first: 0, perSecond: 100, TimeSpan.FromSeconds(3));
        Console.WriteLine(FormattableString.Invariant(
            $"a day of {Day.Beds} beds in {length.TotalSeconds:0} s, {kind}, {count} screens, {Environment.ProcessorCount} cores, load {NodesRun.LoadAverage()} before"));

        var wrong = 0;
        for (var number = 0; number < loads.Count; number++)
            wrong += await Once(place, writers, screens, loads[number], first: (number + 1) * 10_000_000, length);
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<int> Once(Place place, Writers writers, Screens screens, double load, int first, TimeSpan length)
    {
        writers.Clear();
        var after = (await place.Data.Log.Extent(new Kernel.TenantId(Clinic.Tenant), CancellationToken.None)).Last;
        var before = place.Usage();
        var began = TimeProvider.System.GetTimestamp();
        var behind = await writers.Run(Day.OrderOf, first, load * Day.Requests / length.TotalSeconds, length);
        var took = TimeProvider.System.GetElapsedTime(began);
        var verdict = await Verdict.Of(place.Data, after, screens.All, writers.Writes, (_, _) => true);
        var used = place.Usage();
        var processor = used.Processor - before.Processor;
        Console.WriteLine(FormattableString.Invariant(
            $"  {load:0.##} x: {load * Day.Requests / took.TotalSeconds:0} requests/s, {verdict.Events / took.TotalSeconds:0} events/s, {verdict.Frames / took.TotalSeconds:0} changes shown/s; lost {verdict.Wrong + verdict.LostWrites}, refused {writers.Failed}"));
        Console.WriteLine($"       {verdict.Latency()}");
        Console.WriteLine(FormattableString.Invariant(
            $"       servers: {processor.TotalSeconds / took.TotalSeconds:0.00} cores, {used.Megabytes:0} MB, {processor.TotalMilliseconds * 1000 / Math.Max(verdict.Events, 1):0} ms of CPU for 1,000 events; the last request was sent {behind.TotalMilliseconds:0} ms late"));
        if (writers.Refusal is { } refusal) Console.WriteLine($"       the first refusal: {refusal}");
        return verdict.Wrong + verdict.LostWrites + writers.Failed;
    }
}

using Vagus.EndToEnd.Tests.Running;

namespace Vagus.Bench.Hospital;

/// <summary>The day, compressed into seconds, at once and at multiples of its load, in each place that is asked for.</summary>
internal static class DayRun
{
    /// <summary>What the run before has shown, for the next to be compared with.</summary>
    private const string Kept = ".run/bench/hospital.json";

    public static async Task<int> Run(IReadOnlyList<string> kinds, int count, TimeSpan length, IReadOnlyList<double> loads)
    {
        var before = Measured.Read(Kept);
        Console.WriteLine(FormattableString.Invariant(
            $"a day of {Day.Beds} beds in {length.TotalSeconds:0} s, {count} screens, {Environment.ProcessorCount} cores, load {NodesRun.LoadAverage()} before"));
        var all = new List<Measured>();
        foreach (var kind in kinds) all.AddRange(await In(kind, count, length, loads));
        DayTable.Write(Console.Out, all, before);
        Measured.Save(Kept, [.. all, .. before.Where(other => !all.Exists(other.IsLike))]);
        return all.TrueForAll(each => each is { Lost: 0, Refused: 0 }) ? 0 : 1;
    }

    private static async Task<List<Measured>> In(string kind, int count, TimeSpan length, IReadOnlyList<double> loads)
    {
        await using var place = await Place.Open(kind);
        using var writers = await Writers.Open(place);
        await writers.Prepare(Day.Admissions());
        await using var screens = await Screens.Open(place, count);
        await writers.Run(Day.OrderOf, first: 0, perSecond: 100, TimeSpan.FromSeconds(3));
        var all = new List<Measured>();
        for (var number = 0; number < loads.Count; number++)
            all.Add(await Once(kind, place, writers, screens, loads[number], first: (number + 1) * 10_000_000, length));
        return all;
    }

    private static async Task<Measured> Once(
        string kind, Place place, Writers writers, Screens screens, double load, int first, TimeSpan length)
    {
        writers.Clear();
        screens.Clear();
        var after = (await place.Data.Log.Extent(new Kernel.TenantId(Clinic.Tenant), CancellationToken.None)).Last;
        var (before, generator, machine) = (place.Usage(), Usage.Of([Environment.ProcessId]), Machine.Now());
        var began = TimeProvider.System.GetTimestamp();
        var behind = await writers.Run(Day.OrderOf, first, load * Day.Requests / length.TotalSeconds, length);
        var took = TimeProvider.System.GetElapsedTime(began);
        var (used, generated, worked) = (place.Usage(), Usage.Of([Environment.ProcessId]), Machine.Now());
        var verdict = await Verdict.Of(place.Data, after, screens.All, writers.Writes, (_, _) => true);
        if (writers.Refusal is { } refusal) Console.WriteLine($"{kind}, the first refusal: {refusal}");
        var processor = used.Processor - before.Processor;
        var measured = new Measured
        {
            Kind = kind,
            Load = load,
            Screens = screens.All.Count,
            Seconds = length.TotalSeconds,
            Requests = load * Day.Requests / took.TotalSeconds,
            Events = verdict.Events / took.TotalSeconds,
            Shown = verdict.Frames / took.TotalSeconds,
            Lost = verdict.Wrong + verdict.LostWrites,
            Refused = writers.Failed + writers.Lost,
            AnswerToFrame = verdict.FromAnswer(0.5),
            AnswerToFrame99 = verdict.FromAnswer(0.99),
            RequestToFrame = verdict.FromSent(0.5),
            RequestToFrame99 = verdict.FromSent(0.99),
            ServerCores = processor / took,
            Megabytes = used.Megabytes,
            CpuOfThousand = processor.TotalMilliseconds * 1000 / Math.Max(verdict.Events, 1),
            GeneratorCores = (generated.Processor - generator.Processor) / took,
            MachineCores = (worked.Busy - machine.Busy) / took,
            WaitingCores = (worked.Waiting - machine.Waiting) / took,
            Behind = behind.TotalMilliseconds,
        };
        Console.WriteLine(FormattableString.Invariant(
            $"{kind} {load:0.##} x: {measured.Events:0} events/s, lost {measured.Lost}, refused {measured.Refused}, {verdict.Latency()}"));
        return measured;
    }
}

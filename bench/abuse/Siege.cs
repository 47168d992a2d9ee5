using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Vagus.Bench.Abuse;

/// <summary>
/// Somebody works at a steady pace, first alone and then beside each abuse, which eight connections of one person go on with. Server and
/// clients are one process: what the clients cost counts against the server.
/// </summary>
internal static class Siege
{
    /// <summary>Whose records are looked at in turn.</summary>
    public const int Worked = 50;

    private const int Attackers = 8;
    private const double Budget = 2;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    /// <summary>True where no abuse takes the one who works above the budget, and each is answered as it is meant to be.</summary>
    public static async Task<bool> Run(AbusedClinic clinic, TimeSpan lasting)
    {
        var isHeld = true;
        await Work(clinic, lasting);
        Print("alone", await Work(clinic, lasting), before: null, "");
        foreach (var abuse in Abuses.All)
        {
            // What the abuse before has left behind is no part of the next one.
            GC.Collect();
            var alone = await Work(clinic, lasting / 2);
            using var over = new CancellationTokenSource();
            var answers = new ConcurrentDictionary<int, int>();
            var attack = Task.WhenAll(Enumerable.Range(0, Attackers).Select(_ => Attack(clinic, abuse.Request, answers, over.Token)));
            var besides = await Work(clinic, lasting);
            await over.CancelAsync();
            await attack;
            var told = answers.OrderBy(each => each.Key).Select(each => $"{each.Key} × {each.Value}");
            var isMeant = abuse.IsMeant(answers.Keys);
            if (!isMeant) told = told.Append("not as it is meant");
            isHeld &= Print(abuse.Name, besides, alone, string.Join(", ", told)) && isMeant;
        }

        return isHeld;
    }

    private static async Task Attack(
        AbusedClinic clinic, Func<HttpRequestMessage> request, ConcurrentDictionary<int, int> answers, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (await clinic.Abuse(request(), over) is not { } status) return;
            answers.AddOrUpdate(status, 1, (_, count) => count + 1);
            // Who is throttled waits: the abuse that matters is the one that is let in.
            if (status == 429) await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        }
    }

    private static async Task<Seen> Work(AbusedClinic clinic, TimeSpan lasting)
    {
        using var process = Process.GetCurrentProcess();
        var (times, most) = (new List<double>(), 0L);
        var began = Stopwatch.GetTimestamp();
        for (var number = 0; Stopwatch.GetElapsedTime(began) < lasting; number = (number + 1) % Worked)
        {
            var asked = Stopwatch.GetTimestamp();
            await clinic.Work(number);
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            process.Refresh();
            most = Math.Max(most, process.WorkingSet64);
            await Task.Delay(Pace);
        }

        times.Sort();
        return new Seen(times, most);
    }

    private static bool Print(string name, Seen seen, Seen? before, string answers)
    {
        var ratio = before is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{seen.Part(0.99) / before.Part(0.99):F2} ×");
        var isWithin = before is null || seen.Part(0.99) <= Budget * before.Part(0.99);
        var grown = before is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{(seen.MostBytes - before.MostBytes) / 1e6:+0;-0;0} MB");
        var verdict = isWithin ? "" : "above the budget";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-26} median {seen.Part(0.5),7:F2} ms, 99 % {seen.Part(0.99),8:F2} ms {ratio,9} {grown,9}  {answers} {verdict}"));
        return isWithin;
    }

    /// <summary>Times in their order, and the most memory that the process had.</summary>
    private sealed record Seen(List<double> Times, long MostBytes)
    {
        public double Part(double part) => Times[(int)((Times.Count - 1) * part)];
    }
}

using System.Diagnostics;
using System.Net;

namespace Vagus.Bench.SignIn;

/// <summary>
/// Wrong passwords, one after the other, in turn for an address that is known and one that is not. Each address and network is used once,
/// so that the throttle slows none of them.
/// </summary>
internal static class Timing
{
    public static async Task Run(BenchClinic clinic, int trials)
    {
        for (var number = 0; number < trials / 2; number++) await clinic.AddUser(Address("known", number));
        for (var warm = 0; warm < 50; warm++) await Try(clinic, Address("warm", warm), warm);

        var (known, unknown) = (new List<double>(), new List<double>());
        for (var number = 0; number < trials / 2; number++)
        {
            // The order changes, so that what the first leaves behind (caches, garbage) falls on both.
            foreach (var isKnown in number % 2 == 0 ? (bool[])[true, false] : [false, true])
                (isKnown ? known : unknown).Add(await Try(clinic, Address(isKnown ? "known" : "other", number), number));
        }

        Print("known", known);
        Print("unknown", unknown);
        Console.WriteLine($"difference of the medians {Math.Abs(Median(known) - Median(unknown)):F3} ms");
    }

    public static double Median(List<double> values) => Percentile(values, 0.5);

    public static double Percentile(List<double> values, double part)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)((sorted.Count - 1) * part)];
    }

    private static string Address(string kind, int number) => $"{kind}-{number:D5}@example.org";

    private static async Task<double> Try(BenchClinic clinic, string email, int network)
    {
        var began = Stopwatch.GetTimestamp();
        using var answer = await clinic.SignIn(email, "a wrong but long password", network);
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return answer.StatusCode == HttpStatusCode.Unauthorized ? took : throw new InvalidOperationException($"Answered {answer.StatusCode}.");
    }

    private static void Print(string name, List<double> times) => Console.WriteLine(
        $"{name,-8} {times.Count} trials, median {Median(times):F3} ms, 10 % {Percentile(times, 0.1):F3} ms, 90 % {Percentile(times, 0.9):F3} ms");
}

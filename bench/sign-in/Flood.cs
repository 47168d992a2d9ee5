using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Vagus.Bench.SignIn;

/// <summary>A signed-in client asks at a steady pace, first alone and then beside a flood of sign-ins from many networks.</summary>
internal static class Flood
{
    private const int Attackers = 100;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    public static async Task Run(BenchClinic clinic, TimeSpan lasting)
    {
        await clinic.AddUser("ann@example.org");
        using var login = await clinic.SignIn("ann@example.org", BenchClinic.Password, network: 1);
        var body = JsonElement.Parse(await login.Content.ReadAsStringAsync());
        clinic.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("accessToken").GetString());
        await Ask(clinic, TimeSpan.FromSeconds(2));

        Print("alone", await Ask(clinic, lasting));
        using var over = new CancellationTokenSource();
        var answered = 0;
        var count = () => { Interlocked.Increment(ref answered); };
        var flood = Task.WhenAll(Enumerable.Range(0, Attackers).Select(number => Attack(clinic, number, count, over.Token)));
        await Task.Delay(TimeSpan.FromSeconds(1));
        var began = Volatile.Read(ref answered);
        Print("in the flood", await Ask(clinic, lasting));
        Console.WriteLine($"the flood got {(Volatile.Read(ref answered) - began) / lasting.TotalSeconds:F1} answers a second");
        await over.CancelAsync();
        await flood;
    }

    private static async Task Attack(BenchClinic clinic, int number, Action answered, CancellationToken over)
    {
        for (var attempt = 0; !over.IsCancellationRequested; attempt++)
        {
            using var answer = await clinic.SignIn($"somebody-{number}-{attempt}@example.org", "a wrong but long password", 100 + number);
            answered();
            // A refusal without a hash costs nothing: the flood that matters waits for its turn at the passwords.
            if ((int)answer.StatusCode == 429) await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
        }
    }

    private static async Task<List<double>> Ask(BenchClinic clinic, TimeSpan lasting)
    {
        var times = new List<double>();
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < lasting)
        {
            var asked = Stopwatch.GetTimestamp();
            using var answer = await clinic.Http.GetAsync(new Uri("/api/auth/me", UriKind.Relative));
            times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
            await Task.Delay(Pace);
        }

        return times;
    }

    private static void Print(string name, List<double> times) => Console.WriteLine(
        $"{name,-13} {times.Count} requests, median {Timing.Median(times):F2} ms, 99 % {Timing.Percentile(times, 0.99):F2} ms, "
        + $"longest {times.Max():F2} ms");
}

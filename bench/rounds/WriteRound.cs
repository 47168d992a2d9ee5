using System.Diagnostics;

namespace Vagus.Bench.Rounds;

/// <summary>Writes one after the other, each heard of before the next: what a write takes, and what comes of it after its answer.</summary>
internal static class WriteRound
{
    /// <param name="title">What stands at the beginning of the line that is printed.</param>
    /// <param name="heardOf">What comes of a write, by its name.</param>
    /// <param name="many">Writes.</param>
    /// <param name="write">One write, by its number.</param>
    /// <param name="heard">Waits for what comes of it.</param>
    public static async Task Report(string title, string heardOf, int many, Func<int, Task> write, Func<Task> heard)
    {
        GC.Collect();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var (took, arrived) = await Run(many, write, heard);
        var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        Console.WriteLine($"{title}: write p50 {At(took, 0.5):0.00} ms, p99 {At(took, 0.99):0.00} ms; "
            + $"answer to {heardOf} p50 {At(arrived, 0.5):0.00} ms, p99 {At(arrived, 0.99):0.00} ms; "
            + $"CPU {used.TotalMilliseconds / many:0.00} ms a write");
    }

    /// <summary>The same without a line, to warm up.</summary>
    public static async Task<(List<double> Took, List<double> Arrived)> Run(int many, Func<int, Task> write, Func<Task> heard)
    {
        var (took, arrived) = (new List<double>(many), new List<double>(many));
        for (var each = 0; each < many; each++)
        {
            var began = Stopwatch.GetTimestamp();
            await write(each);
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            var answered = Stopwatch.GetTimestamp();
            await heard();
            arrived.Add(Stopwatch.GetElapsedTime(answered).TotalMilliseconds);
        }

        return (took, arrived);
    }

    private static double At(List<double> values, double share) =>
        values.Order().ElementAt(Math.Min((int)(values.Count * share), values.Count - 1));
}

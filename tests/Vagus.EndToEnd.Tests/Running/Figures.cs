namespace Vagus.EndToEnd.Tests.Running;

/// <summary>
/// What a run measured, and what it left out. Printed, never judged: a busy machine must not decide whether a test passes.
/// </summary>
internal static class Figures
{
    // The runner keeps the console's output to itself; these lines are for whoever started it.
    private static readonly StreamWriter Output = new(Console.OpenStandardOutput()) { AutoFlush = true };

    public static void Say(string measured) => Write($"    measured: {measured}");

    public static void LeftOut(string what, string why) => Write($"    skipped: {what}: {why}");

    private static void Write(string line)
    {
        lock (Output) Output.WriteLine(line);
    }
}

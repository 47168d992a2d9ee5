namespace Vagus.EndToEnd.Tests.Running;

/// <summary>What a run measured. Printed, never judged: a busy machine must not decide whether a test passes.</summary>
internal static class Figures
{
    public static void Say(string measured)
    {
        Console.WriteLine($"    measured: {measured}");
        TestContext.Current.TestOutputHelper?.WriteLine(measured);
    }
}

using System.Diagnostics;

namespace Vagus.Bus.Tests.Running;

/// <summary>Waits until something is so, with a limit.</summary>
internal static class Condition
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task Becomes(Func<Task<bool>> isSo, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (clock.Elapsed > Limit) Assert.Fail($"Not within {Limit.TotalSeconds:0} s: {what}.");
            await Task.Delay(25);
        }
    }
}

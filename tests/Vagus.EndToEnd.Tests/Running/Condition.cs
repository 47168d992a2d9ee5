using System.Diagnostics;

namespace Vagus.EndToEnd.Tests.Running;

/// <summary>Waits until something is so, with a limit.</summary>
internal static class Condition
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="isSo">Asked again and again.</param>
    /// <param name="what">For the failure.</param>
    /// <param name="details">The same, made when it fails.</param>
    /// <param name="limit">A minute unless told.</param>
    /// <param name="pause">Between two questions; 20 ms unless told.</param>
    public static async Task Becomes(
        Func<Task<bool>> isSo, string what, Func<string>? details = null, TimeSpan? limit = null, TimeSpan? pause = null)
    {
        var clock = Stopwatch.StartNew();
        while (!await isSo())
        {
            if (clock.Elapsed > (limit ?? Limit))
                Assert.Fail($"Not within {(limit ?? Limit).TotalSeconds:0} s: {what}. {details?.Invoke()}");
            await Task.Delay(pause ?? TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>The same without a verdict, where what follows says more.</summary>
    public static async Task Holds(Func<bool> isSo, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (!isSo() && clock.Elapsed < limit) await Task.Delay(20);
    }

    public static Task Becomes(Func<bool> isSo, string what, Func<string>? details = null, TimeSpan? limit = null) =>
        Becomes(() => Task.FromResult(isSo()), what, details, limit);
}

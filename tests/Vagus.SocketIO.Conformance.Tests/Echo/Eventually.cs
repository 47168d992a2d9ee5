using System.Diagnostics;

namespace Vagus.SocketIO.Conformance.Tests.Echo;

/// <summary>Waits on a condition, never on the clock alone.</summary>
internal static class Eventually
{
    internal static TimeSpan Limit { get; } = TimeSpan.FromSeconds(20);

    internal static async Task HoldsAsync(Func<Task<bool>> condition, string claim, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            var waited = Stopwatch.GetElapsedTime(started);
            Assert.True(waited < (limit ?? Limit), $"After {waited.TotalSeconds:0.0} s it is still not true that {claim}.");
            await Task.Delay(20);
        }
    }
}

using Vagus.Realtime.Tests;

namespace Vagus.Bench.Realtime;

/// <summary>When a write was asked for and when it was answered, in ticks of the system's clock.</summary>
internal sealed record Written(long Asked, long Answered);

/// <summary>Writes at a pace, whatever the answers take.</summary>
internal static class Pace
{
    public static async Task Write(LiveClinic clinic, int perSecond, TimeSpan length, Dictionary<long, Written> written)
    {
        var began = TimeProvider.System.GetTimestamp();
        var writes = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var elapsed = TimeSpan.Zero; elapsed < length; elapsed = TimeProvider.System.GetElapsedTime(began))
        {
            while (writes.Count < elapsed.TotalSeconds * perSecond) writes.Add(One());
            await timer.WaitForNextTickAsync();
        }

        await Task.WhenAll(writes);

        async Task One()
        {
            var asked = TimeProvider.System.GetTimestamp();
            var position = await clinic.WriteOrder();
            var answered = TimeProvider.System.GetTimestamp();
            lock (written) written[position] = new Written(asked, answered);
        }
    }
}

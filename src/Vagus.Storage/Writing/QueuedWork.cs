using System.Threading.Channels;

namespace Vagus.Storage.Writing;

/// <summary>How a loop takes what waits for it.</summary>
internal static class QueuedWork
{
    /// <summary>
    /// Goes behind the work that is queued, as long as this brings more: what requests are about to add joins the group, and one flush of
    /// the disk serves them all. Who is alone goes on at once.
    /// </summary>
    public static async Task LetOthersArrive<T>(ChannelReader<T> waiting, int enough)
    {
        var before = 0;
        while (waiting.Count is var now && now > before && now < enough)
        {
            before = now;
            await Task.Yield();
        }
    }

    // FHIR instants carry milliseconds; what is stored must equal what is served.
    public static DateTimeOffset WholeMillisecond(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
}

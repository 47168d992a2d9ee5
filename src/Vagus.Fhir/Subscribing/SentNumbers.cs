namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Which events of a subscription have left for the client of a socket, and when. That they have arrived, only time tells: a client that
/// does not answer the server's pings is dropped. For use by several threads.
/// </summary>
internal sealed class SentNumbers
{
    // What leaves within a second is kept as one: the last number stands for all.
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly List<(long Number, DateTimeOffset At)> sent = [];
    private long last;

    public void Add(long number, DateTimeOffset at)
    {
        lock (gate)
        {
            if (sent.Count > 0 && at - sent[^1].At < Apart) sent[^1] = (number, sent[^1].At);
            else sent.Add((number, at));
        }
    }

    /// <summary>The number up to which all had left by then; 0: none.</summary>
    public long Until(DateTimeOffset at)
    {
        lock (gate)
        {
            var count = sent.FindLastIndex(each => each.At <= at) + 1;
            if (count == 0) return last;
            last = sent[count - 1].Number;
            sent.RemoveRange(0, count);
            return last;
        }
    }
}

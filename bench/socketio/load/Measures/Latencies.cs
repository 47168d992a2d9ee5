namespace Vagus.SocketIO.Load.Measures;

/// <summary>Latencies counted in buckets of 50 µs up to five seconds: no allocation while measuring.</summary>
internal sealed class Latencies
{
    private const int BucketMicroseconds = 50;

    private readonly int[] _buckets = new int[100_000];

    internal long Count { get; private set; }

    internal void Add(double microseconds)
    {
        _buckets[Math.Clamp((int)(microseconds / BucketMicroseconds), 0, _buckets.Length - 1)]++;
        Count++;
    }

    internal double MillisecondsAt(double share)
    {
        var wanted = (long)Math.Ceiling(Count * share);
        long seen = 0;
        for (var i = 0; i < _buckets.Length; i++)
        {
            seen += _buckets[i];
            if (seen >= wanted && seen > 0) return (i + 1) * BucketMicroseconds / 1000.0;
        }
        return 0;
    }
}

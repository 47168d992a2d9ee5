namespace Vagus.Storage.Consuming;

/// <summary>
/// The pause after a failure: doubled by each further one, up to a limit, of which a random half to the whole is taken, so that many
/// tenants that failed together do not come back together.
/// </summary>
internal sealed class BackOff(Random random)
{
    private readonly Lock gate = new();

    public TimeSpan After(int failures, ConsumerOptions options)
    {
        var full = Math.Min(options.FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30) - 1),
            options.LongestPause.TotalMilliseconds);
        lock (gate) return TimeSpan.FromMilliseconds(full * (0.5 + (random.NextDouble() / 2)));
    }
}

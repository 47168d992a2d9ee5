namespace Vagus.Messaging.Measuring;

/// <summary>First answers of a group of threads. Pure: exact over any number, at four bytes for each.</summary>
internal sealed class ResponseTimes
{
    private readonly List<int> seconds = [];

    public long Threads { get; private set; }

    public long WithTarget { get; private set; }

    public long TargetsMet { get; private set; }

    /// <param name="wait">From the first message to the first answer; null without an answer.</param>
    /// <param name="isMet">Whether the target was met; null without one, or where it is not decided yet.</param>
    public void Add(TimeSpan? wait, bool? isMet)
    {
        Threads++;
        if (wait is { } known) seconds.Add((int)Math.Clamp(known.TotalSeconds, 0, int.MaxValue));
        if (isMet is not { } met) return;
        WithTarget++;
        if (met) TargetsMet++;
    }

    public ResponseAnswer Answer()
    {
        seconds.Sort();
        return new ResponseAnswer(Threads, seconds.Count, At(50), At(90), WithTarget, TargetsMet);
    }

    /// <summary>By the nearest rank: the shortest time within which so many of a hundred were answered.</summary>
    private long? At(int percent) =>
        seconds.Count == 0 ? null : seconds[Math.Max(0, (int)Math.Ceiling(percent / 100.0 * seconds.Count) - 1)];
}

/// <summary>First answers as they are told.</summary>
/// <param name="Threads">Threads that patients began.</param>
/// <param name="Answered">Those of them that a person has answered.</param>
/// <param name="MedianSeconds">Until the first answer; null where there is none.</param>
/// <param name="P90Seconds">Within which nine of ten of the answered were answered.</param>
/// <param name="WithTarget">Threads with a target that was met or missed.</param>
/// <param name="TargetsMet">Those that were answered in time.</param>
internal sealed record ResponseAnswer(
    long Threads, long Answered, long? MedianSeconds, long? P90Seconds, long WithTarget, long TargetsMet);

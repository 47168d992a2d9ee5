namespace Vagus.Realtime.Requests;

/// <summary>How often a client may do something: so many times a second, with a burst of twice as many. Not thread-safe.</summary>
internal sealed class TokenBucket(int perSecond, TimeProvider clock)
{
    private double left = perSecond * 2;
    private long asked = clock.GetTimestamp();

    public bool Allows()
    {
        var now = clock.GetTimestamp();
        left = Math.Min(perSecond * 2, left + (clock.GetElapsedTime(asked, now).TotalSeconds * perSecond));
        asked = now;
        if (left < 1) return false;

        left--;
        return true;
    }
}

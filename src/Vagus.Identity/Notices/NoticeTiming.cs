using NodaTime;
using Vagus.Access.Outgoing;

namespace Vagus.Identity.Notices;

/// <summary>When a notice that is not urgent may leave, by the person's own clock. Pure: the instant comes in.</summary>
internal static class NoticeTiming
{
    /// <summary>Null: now.</summary>
    /// <param name="preferences">The person's.</param>
    /// <param name="channel">The digest is of e-mail alone.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <param name="planned">The digest has set its time already, which has come.</param>
    public static DateTimeOffset? Later(NoticePreferences preferences, NoticeChannel channel, DateTimeOffset now, bool planned)
    {
        var at = Instant.FromDateTimeOffset(now).InZone(preferences.Zone);
        var inDigest = channel == NoticeChannel.Email && preferences.Digest && !planned;
        if (inDigest && NoticePreferences.Time(preferences.DigestTime) is { } digest) return Next(at, digest);
        return preferences.QuietHours is { } quiet && NoticePreferences.Time(quiet.From) is { } from
            && NoticePreferences.Time(quiet.To) is { } to && IsWithin(at.TimeOfDay, from, to) ? Next(at, to) : null;
    }

    private static bool IsWithin(LocalTime time, LocalTime from, LocalTime to) =>
        from <= to ? time >= from && time < to : time >= from || time < to;

    /// <summary>
    /// The next moment with this time of day. Where the clock skips it, the first moment after the gap; where it comes twice, the first.
    /// </summary>
    private static DateTimeOffset Next(ZonedDateTime now, LocalTime time)
    {
        for (var date = now.Date; ; date = date.PlusDays(1))
        {
            var at = now.Zone.AtLeniently(date + time).ToInstant();
            if (at > now.ToInstant()) return at.ToDateTimeOffset();
        }
    }
}

namespace Vagus.Messaging.Measuring;

/// <summary>What was measured in a stretch of time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="To">Its end, which is not in it.</param>
/// <param name="TimeZone">That of the hours.</param>
/// <param name="Messages">All that was written.</param>
/// <param name="FirstResponse">Of the threads that patients began.</param>
/// <param name="ByCategory">Those in which something was written or begun.</param>
/// <param name="ByPerson">Staff who have written; their first answers are of the threads that they answered first.</param>
/// <param name="ByHour">All hours of the day.</param>
internal sealed record MetricsAnswer(
    DateTimeOffset From, DateTimeOffset To, string TimeZone, VolumeAnswer Messages, ResponseAnswer FirstResponse,
    IReadOnlyList<CategoryMetrics> ByCategory, IReadOnlyList<PersonMetrics> ByPerson, IReadOnlyList<HourMetrics> ByHour);

/// <summary>How many messages were sent, by who sent them.</summary>
internal sealed record VolumeAnswer(long FromPatients, long FromStaff, long Automatic)
{
    public static readonly VolumeAnswer None = new(0, 0, 0);

    public static VolumeAnswer Of(IEnumerable<(string Side, long Count)> counts) => counts.Aggregate(None, (sum, each) => each.Side switch
    {
        "patient" => sum with { FromPatients = sum.FromPatients + each.Count },
        "staff" => sum with { FromStaff = sum.FromStaff + each.Count },
        _ => sum with { Automatic = sum.Automatic + each.Count },
    });
}

/// <summary>One category of threads.</summary>
internal sealed record CategoryMetrics(string Category, VolumeAnswer Messages, ResponseAnswer FirstResponse);

/// <summary>One person of the staff.</summary>
internal sealed record PersonMetrics(string UserId, string? Name, long Messages, ResponseAnswer FirstResponse);

/// <summary>One hour of the day in the clinic's zone.</summary>
internal sealed record HourMetrics(int Hour, VolumeAnswer Messages);

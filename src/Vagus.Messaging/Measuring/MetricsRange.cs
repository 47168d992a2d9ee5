using Vagus.Kernel;

namespace Vagus.Messaging.Measuring;

/// <summary>From the first instant, before the last; at most a year and a day.</summary>
internal sealed record MetricsRange(DateTimeOffset From, DateTimeOffset Until)
{
    private const int UsualDays = 30;
    private const int MostDays = 367;

    /// <summary>Without an end: until now. Without a beginning: thirty days.</summary>
    public static Result<MetricsRange> Read(string? from, string? to, DateTimeOffset now)
    {
        var (begins, ends) = (Instant(from), Instant(to));
        if (from is not null && begins is null) return FieldRefusals.Wrong("from", Example);
        if (to is not null && ends is null) return FieldRefusals.Wrong("to", Example);
        var until = ends ?? now;
        var since = begins ?? until.AddDays(-UsualDays);
        return since < until && until - since <= TimeSpan.FromDays(MostDays)
            ? new MetricsRange(since, until) : FieldRefusals.Wrong("from", $"an instant before `to`, at most {MostDays} days");
    }

    private const string Example = "an instant such as 2026-11-26T09:00:00Z";

    private static DateTimeOffset? Instant(string? text) => Instants.OfQuery(text) is { Year: > 2000 and < 2200 } at ? at : null;
}

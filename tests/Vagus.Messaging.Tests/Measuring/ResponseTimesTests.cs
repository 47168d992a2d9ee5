using Vagus.Messaging.Measuring;

namespace Vagus.Messaging.Tests.Measuring;

public sealed class ResponseTimesTests
{
    [Theory]
    [InlineData("", null, null)]
    [InlineData("7", 7L, 7L)]
    [InlineData("2 1", 1L, 2L)]
    [InlineData("5 1 2 4 3 10 9 8 7 6", 5L, 9L)]
    [InlineData("1 2 3 4 5 6 7 8 9 10 11", 6L, 10L)]
    public void Median_and_ninetieth_percentile_are_by_the_nearest_rank(string seconds, long? median, long? p90)
    {
        var times = new ResponseTimes();
        foreach (var each in seconds.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            times.Add(TimeSpan.FromSeconds(int.Parse(each, System.Globalization.CultureInfo.InvariantCulture)), isMet: null);

        var answer = times.Answer();

        Assert.Equal((median, p90), (answer.MedianSeconds, answer.P90Seconds));
    }

    [Fact]
    public void Targets_that_are_not_decided_yet_do_not_count()
    {
        var times = new ResponseTimes();
        times.Add(TimeSpan.FromSeconds(1), isMet: true);
        times.Add(TimeSpan.FromSeconds(5), isMet: false);
        times.Add(wait: null, isMet: false);
        times.Add(wait: null, isMet: null);

        Assert.Equal(new ResponseAnswer(4, 2, 1, 5, 3, 1), times.Answer());
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("2026-11-01T00:00:00Z", "2026-11-02T00:00:00+01:00", true)]
    [InlineData("2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z", false)]
    [InlineData("2024-11-02T00:00:00Z", "2026-11-01T00:00:00Z", false)]
    [InlineData("yesterday", null, false)]
    [InlineData(null, "2026-13-01T00:00:00Z", false)]
    public void A_range_is_at_most_a_year_and_a_day_long(string? from, string? to, bool isTaken) =>
        Assert.Equal(isTaken, MetricsRange.Read(from, to, new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero)).Refusal is null);
}

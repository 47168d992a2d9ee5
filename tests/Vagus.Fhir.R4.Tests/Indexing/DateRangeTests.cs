using Vagus.Fhir.R4.Indexing;

namespace Vagus.Fhir.R4.Tests.Indexing;

public sealed class DateRangeTests
{
    [Theory]
    [InlineData("2024", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z")]
    [InlineData("2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2024-02-29T23:59", "2024-02-29T23:59:00Z", "2024-03-01T00:00:00Z")]
    [InlineData("2024-02-29T23:59:59-05:00", "2024-03-01T04:59:59Z", "2024-03-01T05:00:00Z")]
    [InlineData("2024-06-30T23:59:60Z", "2024-07-01T00:00:00Z", "2024-07-01T00:00:01Z")]
    [InlineData("2024-02-29T10:00:00.5Z", "2024-02-29T10:00:00.5Z", "2024-02-29T10:00:00.6Z")]
    [InlineData("2024-02-29T10:00:00.1234567891Z", "2024-02-29T10:00:00.1234567Z", "2024-02-29T10:00:00.1234568Z")]
    public void A_date_spans_what_its_precision_leaves_open(string text, string low, string high)
    {
        Assert.Equal(new DateRange(DateTimeOffset.Parse(low), DateTimeOffset.Parse(high)), DateRange.Parse(text));
    }

    [Theory]
    [InlineData("9999")]
    [InlineData("9999-12-31")]
    public void For_ever_ends_where_the_calendar_does(string text)
    {
        Assert.Equal(DateRange.End, DateRange.Parse(text)?.High);
    }

    [Theory]
    [InlineData("")]
    [InlineData("24")]
    [InlineData("0000")]
    [InlineData("2024-13")]
    [InlineData("2023-02-29")]
    [InlineData("2024-02-29T")]
    [InlineData("2024-02-29T10")]
    [InlineData("2024-02-29T25:00")]
    [InlineData("2024-02-29T10:00:00.")]
    [InlineData("2024-02-29T10:00:00+15:00")]
    [InlineData("2024-02-29 10:00")]
    [InlineData("2024/02/29")]
    public void What_is_no_date_has_no_range(string text)
    {
        Assert.Null(DateRange.Parse(text));
    }
}

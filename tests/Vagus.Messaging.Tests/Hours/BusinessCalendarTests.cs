using System.Text.Json;
using Vagus.Messaging.Hours;

namespace Vagus.Messaging.Tests.Hours;

public sealed class BusinessCalendarTests
{
    private const string Weekdays = """
        { "timeZone": "America/New_York",
          "week": { "monday": ["08:00-12:00", "13:00-17:00"], "tuesday": ["08:00-12:00", "13:00-17:00"],
                    "wednesday": ["08:00-12:00"], "thursday": ["08:00-12:00", "13:00-17:00"], "friday": ["08:00-12:00"] },
          "closed": ["2026-11-26"], "days": { "2026-11-28": ["09:00-10:00"] } }
        """;

    [Theory]
    // A Monday, 5 hours behind UTC.
    [InlineData("2026-11-23T12:59:59Z", false)]
    [InlineData("2026-11-23T13:00:00Z", true)]
    [InlineData("2026-11-23T16:59:59Z", true)]
    [InlineData("2026-11-23T17:00:00Z", false)]
    [InlineData("2026-11-23T18:00:00Z", true)]
    [InlineData("2026-11-23T22:00:00Z", false)]
    // Thanksgiving.
    [InlineData("2026-11-26T15:00:00Z", false)]
    // A Saturday with hours of its own.
    [InlineData("2026-11-28T14:30:00Z", true)]
    [InlineData("2026-11-29T14:30:00Z", false)]
    public void A_clinic_is_open_in_the_stretches_of_its_own_days(string at, bool open) =>
        Assert.Equal(open, Calendar().IsOpen(At(at)));

    [Theory]
    [InlineData("2026-11-23T13:00:00Z", 60, "2026-11-23T14:00:00Z")]
    // Over the lunch break.
    [InlineData("2026-11-23T16:30:00Z", 60, "2026-11-23T18:30:00Z")]
    // It ends with the stretch, not with the beginning of the next one.
    [InlineData("2026-11-23T16:00:00Z", 60, "2026-11-23T17:00:00Z")]
    // A message of the evening counts from the next morning.
    [InlineData("2026-11-24T23:00:00Z", 60, "2026-11-25T14:00:00Z")]
    // From Wednesday noon over the holiday to Friday.
    [InlineData("2026-11-25T17:00:00Z", 60, "2026-11-27T14:00:00Z")]
    // Friday noon over the short Saturday to Monday.
    [InlineData("2026-11-27T17:00:00Z", 90, "2026-11-30T13:30:00Z")]
    [InlineData("2026-11-29T15:00:00Z", 0, "2026-11-30T13:00:00Z")]
    public void Business_time_passes_while_the_clinic_is_open(string from, int minutes, string until)
    {
        var calendar = Calendar();

        Assert.Equal(At(until), calendar.Add(At(from), TimeSpan.FromMinutes(minutes)));
        Assert.Equal(TimeSpan.FromMinutes(minutes), calendar.Between(At(from), At(until)));
    }

    [Fact]
    public void A_day_of_the_change_of_the_clock_is_as_long_as_it_is()
    {
        var night = Read("""{ "timeZone": "America/New_York", "week": { "sunday": ["00:00-24:00"] } }""");

        Assert.Equal(TimeSpan.FromHours(23), night.Between(At("2026-03-07T12:00:00Z"), At("2026-03-09T12:00:00Z")));
        Assert.Equal(TimeSpan.FromHours(25), night.Between(At("2026-10-31T12:00:00Z"), At("2026-11-02T12:00:00Z")));
        Assert.Equal(TimeSpan.FromHours(24), night.Between(At("2026-06-06T12:00:00Z"), At("2026-06-08T12:00:00Z")));
    }

    [Fact]
    public void A_stretch_that_the_change_of_the_clock_leaves_out_has_no_time()
    {
        var calendar = Read("""{ "timeZone": "America/New_York", "week": { "sunday": ["02:00-03:00"], "monday": ["08:00-09:00"] } }""");

        Assert.Equal(At("2026-03-09T12:30:00Z"), calendar.Add(At("2026-03-08T05:00:00Z"), TimeSpan.FromMinutes(30)));
        Assert.False(calendar.IsOpen(At("2026-03-08T07:30:00Z")));
    }

    [Fact]
    public void Adding_and_counting_agree_from_any_instant()
    {
        var (calendar, random) = (Calendar(), new Random(7));
        for (var round = 0; round < 2_000; round++)
        {
            var from = At("2026-01-01T00:00:00Z").AddMinutes(random.Next(525_600));
            var business = TimeSpan.FromMinutes(random.Next(1, 3_000));

            var until = calendar.Add(from, business);

            Assert.Equal(business, calendar.Between(from, until));
            Assert.True(until > from);
            Assert.True(calendar.Add(from, business + TimeSpan.FromMinutes(1)) > until);
        }
    }

    [Fact]
    public void A_clinic_without_hours_is_open_always()
    {
        var at = At("2026-11-29T03:00:00Z");

        Assert.True(BusinessCalendar.Always.IsOpen(at));
        Assert.Equal(at.AddHours(49), BusinessCalendar.Always.Add(at, TimeSpan.FromHours(49)));
        Assert.Equal(at, BusinessCalendar.Always.NextOpening(at));
    }

    [Theory]
    [InlineData("""{ "timeZone": "Mars/Olympus", "week": { "monday": ["08:00-12:00"] } }""")]
    [InlineData("""{ "timeZone": "UTC" }""")]
    [InlineData("""{ "timeZone": "UTC", "week": {} }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["08:00-08:30"] } }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["12:00-08:00"] } }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["08:00-12:00", "11:00-13:00"] } }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["08:00-24:00", "23:00-24:00"] } }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["8-12"] } }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "someday": ["08:00-12:00"] } }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": "08:00-12:00" } }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["08:00-12:00"] }, "closed": ["26.11.2026"] }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["08:00-12:00"] }, "closed": ["2026-11-26", "2026-11-26"] }""")]
    [InlineData("""{ "timeZone": "UTC", "week": { "monday": ["08:00-12:00"] }, "days": { "x": [] } }""")]
    [InlineData("[]")]
    public void A_calendar_that_is_none_is_refused(string json) =>
        Assert.NotNull(BusinessCalendar.Read(JsonElement.Parse(json)).Refusal);

    private static BusinessCalendar Calendar() => Read(Weekdays);

    private static BusinessCalendar Read(string json)
    {
        var read = BusinessCalendar.Read(JsonElement.Parse(json));
        Assert.Null(read.Refusal);
        return read.Value;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

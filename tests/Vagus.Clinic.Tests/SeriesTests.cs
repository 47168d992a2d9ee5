using Vagus.Kernel;

namespace Vagus.Clinic.Tests;

public abstract class SeriesTests(House house)
{
    private const string Door = "/api/appointments";

    [Fact]
    public async Task A_series_stays_at_nine_where_the_clocks_are_changed()
    {
        var desk = await Opened("Europe/Zurich");

        var spring = (await desk.Post(Door, Weekly("2026-03-22T09:00", count: 2))).Is(201);
        var autumn = (await desk.Post(Door, Weekly("2026-10-18T09:00", until: "2026-10-25"))).Is(201);

        Assert.Equal(["2026-03-22T08:00:00+00:00", "2026-03-29T07:00:00+00:00"], Starts(spring));
        Assert.Equal(["2026-10-18T07:00:00+00:00", "2026-10-25T08:00:00+00:00"], Starts(autumn));
        var listed = (await desk.Get($"{Door}?seriesId={spring["seriesId"].GetString()}")).Is(200);
        Assert.Equal(2, listed["items"].GetArrayLength());
    }

    [Fact]
    public async Task Another_zone_has_its_own_changes()
    {
        var desk = await Opened("America/New_York");

        var series = (await desk.Post(Door, Weekly("2026-03-01T09:00", count: 2))).Is(201);

        Assert.Equal(["2026-03-01T14:00:00+00:00", "2026-03-08T13:00:00+00:00"], Starts(series));
    }

    [Fact]
    public async Task A_time_that_the_clock_does_not_show_or_shows_twice_is_told()
    {
        var desk = await Opened("Europe/Zurich");

        var none = (await desk.Post(Door, Once("2026-03-29T02:30"))).IsRefused(422, "time_does_not_exist");
        var twice = (await desk.Post(Door, Once("2026-10-25T02:30"))).IsRefused(422, "time_is_ambiguous");
        var inSeries = (await desk.Post(Door, Weekly("2026-03-22T02:30", count: 3))).IsRefused(422, "time_does_not_exist");

        Assert.Equal("Europe/Zurich", none["timeZone"].GetString());
        Assert.Equal(
            ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"],
            twice["candidates"].EnumerateArray().Select(each => each.GetString()));
        Assert.Equal("2026-03-29T02:30:00", inSeries["time"].GetString());
        (await desk.Post(Door, Once("2026-10-25T02:30:00+01:00"))).Is(201);
        Assert.Equal(1, (await desk.Get(Door)).Is(200)["items"].GetArrayLength());
    }

    [Fact]
    public async Task A_series_is_booked_whole_or_not_at_all_and_every_date_in_the_way_is_told()
    {
        var desk = await Opened("Europe/Zurich");
        (await desk.Post(Door, Once("2026-11-12T09:15"))).Is(201);
        (await desk.Post(Door, Once("2026-11-26T08:45"))).Is(201);

        var refused = (await desk.Post(Door, Weekly("2026-11-05T09:00", count: 5))).IsRefused(409, "overlap");

        Assert.Equal(
            ["2026-11-12", "2026-11-26"], refused["conflicts"].EnumerateArray().Select(each => each.GetProperty("date").GetString()));
        Assert.Equal(2, (await desk.Get(Door)).Is(200)["items"].GetArrayLength());
        var booked = (await desk.Post(Door, Weekly("2026-11-05T10:00", count: 5))).Is(201);
        Assert.Equal(5, booked["items"].GetArrayLength());
    }

    [Fact]
    public async Task A_month_without_the_day_has_it_on_its_last()
    {
        var desk = await Opened("Europe/Zurich");

        var series = (await desk.Post(Door, Repeating("2026-01-31T09:00", new { every = "month", count = 3 }))).Is(201);

        Assert.Equal(["2026-01-31T08:00:00+00:00", "2026-02-28T08:00:00+00:00", "2026-03-31T07:00:00+00:00"], Starts(series));
    }

    [Fact]
    public async Task A_series_without_an_end_or_with_too_many_is_refused()
    {
        var desk = await Opened("Europe/Zurich");

        (await desk.Post(Door, Repeating("2026-01-31T09:00", new { every = "week" }))).IsRefused(400, "invalid_field");
        (await desk.Post(Door, Repeating("2026-01-31T09:00", new { every = "day", until = "2028-01-01" })))
            .IsRefused(400, "too_many_values");
        (await desk.Post(Door, Repeating("2026-01-31T09:00", new { every = "year", count = 2 }))).IsRefused(400, "invalid_field");
    }

    private async Task<Person> Opened(string zone)
    {
        var clinic = await house.NewClinic();
        await clinic.HasProvider("dr-1", "p-1");
        await clinic.Sets("time-zone", zone);
        return await clinic.Has(Role.FrontDesk);
    }

    private static IEnumerable<string?> Starts(Answer series) =>
        [.. series["items"].EnumerateArray().Select(each => each.GetProperty("start").GetString())];

    private static object Once(string start) => new { patientId = "p-1", providerId = "dr-1", start };

    private static object Weekly(string start, int count) => Repeating(start, new { every = "week", count });

    private static object Weekly(string start, string until) => Repeating(start, new { every = "week", until });

    private static object Repeating(string start, object repeat) => new { patientId = "p-1", providerId = "dr-1", start, repeat };
}

public sealed class SeriesTestsOnSqlite(SqliteHouse house) : SeriesTests(house);

public sealed class SeriesTestsOnPostgres(PostgresHouse house) : SeriesTests(house);

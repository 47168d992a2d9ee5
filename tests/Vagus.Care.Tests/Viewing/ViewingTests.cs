using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Viewing;

/// <summary>A result that a person opens is told once a day for each version.</summary>
public abstract class ViewingTests(Engine engine)
{
    private const string Report = "/fhir/DiagnosticReport/r";

    [Fact]
    public async Task Opening_a_report_again_is_told_on_the_next_day_and_of_the_next_version()
    {
        await using var ward = await Ward.Open(engine);
        var provider = await ward.Has(Role.Provider);
        await Write(ward, provider, "Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await Write(ward, provider, "DiagnosticReport/r", Body("final"));

        for (var time = 0; time < 3; time++) await ward.Done(provider, "GET", Report);
        ward.Clock.Advance(TimeSpan.FromDays(1));
        provider = await ward.SignIn(provider);
        for (var time = 0; time < 3; time++) await ward.Done(provider, "GET", Report);
        await Write(ward, provider, "DiagnosticReport/r", Body("amended"));
        for (var time = 0; time < 3; time++) await ward.Done(provider, "GET", Report);

        Assert.Equal([1, 1, 2], (await Viewed(ward)).Select(each => int.Parse(
            each.Resource!.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Marking_another_systems_result_as_viewed_is_told_once_and_again_when_it_was_told_anew()
    {
        await using var ward = await Ward.Open(engine);
        var (provider, colleague) = (await ward.Has(Role.Provider), await ward.Has(Role.Nurse));
        await Write(ward, provider, "Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        var result = new LabResultAvailable("p1", "DiagnosticReport/far/_history/1", "far", "final", true, "Potassium");
        await ward.Tell(result);
        await Unread(ward, provider, 1);

        for (var time = 0; time < 3; time++) await View(provider);
        await View(colleague);
        await Unread(ward, provider, 0);
        await ward.Tell(result with { Status = "amended" });
        await Unread(ward, provider, 1);
        await View(provider);

        Assert.Equal(3, (await Viewed(ward)).Count);

        Task View(Signed by) => ward.Done(by, "POST", "/api/aggregate/patients/p1/labs/far/viewed");
    }

    [Fact]
    public async Task A_report_of_radiology_is_unread_until_somebody_opens_it_here_or_as_another_systems()
    {
        await using var ward = await Ward.Open(engine);
        var provider = await ward.Has(Role.Provider);
        await Write(ward, provider, "Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await Write(ward, provider, "DiagnosticReport/r", Body("final", "RAD"));
        await ward.Tell(new RadiologyReportFinalized("p1", "DiagnosticReport/far/_history/1", "far", true, "Chest X-ray"));
        await Unread(ward, provider, 2);

        await ward.Done(provider, "GET", Report);
        await Unread(ward, provider, 1);
        await ward.Done(provider, "POST", "/api/aggregate/patients/p1/labs/far/viewed");
        await Unread(ward, provider, 0);

        Assert.Equal(["r", "far"], (await Viewed(ward)).Select(each => each.ReportId));
        var imaging = await ward.Done(provider, "GET", "/api/aggregate/patients/p1/imaging");
        Assert.All(imaging.GetProperty("items").EnumerateArray(), item => Assert.True(item.GetProperty("isViewed").GetBoolean()));
        Assert.Equal(2, imaging.GetProperty("items").GetArrayLength());
    }

    private static async Task Unread(Ward ward, Signed reader, int wanted)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var (status, chart) = await ward.Send(reader, "GET", "/api/aggregate/patients/p1");
            if (status == 200 && chart.GetProperty("unreadResultCount").GetInt32() == wanted) return;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{status} {chart}");
            await Task.Delay(20);
        }
    }

    private static async Task<List<LabResultViewed>> Viewed(Ward ward) =>
        [.. (await ward.Log()).Select(each => EventCatalogue.TryDeserialize(each.Type, each.Body)).OfType<LabResultViewed>()];

    private static Task<JsonElement> Write(Ward ward, Signed by, string place, string body) =>
        ward.Done(by, "PUT", $"/fhir/{place}", body);

    private static string Body(string status, string category = "LAB") => $$$"""
        {"resourceType":"DiagnosticReport","id":"r","status":"{{{status}}}","category":[{"coding":[{"code":"{{{category}}}"}]}],"code":{"text":"x"},
         "subject":{"reference":"Patient/p1"}}
        """;
}

public sealed class ViewingOnSqlite() : ViewingTests(Engine.Sqlite);

public sealed class ViewingOnPostgres() : ViewingTests(Engine.Postgres);

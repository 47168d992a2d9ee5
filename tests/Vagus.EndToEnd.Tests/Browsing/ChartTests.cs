using System.Globalization;
using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>The chart and the notifications in a browser, against the real server.</summary>
public sealed class ChartTests
{
    [Fact]
    public async Task A_result_appears_in_the_open_chart_and_is_seen_by_opening_it()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.SignIn("provider");
        await page.GotoAsync($"/patients/{SmallClinic.Ana}?view=results");
        await page.GetByText("No lab report is available.").WaitForAsync();

        await SmallClinic.MeasurePotassium(service, "new-potassium", 4.4m);
        await SmallClinic.Report(service, "panel", "new-potassium");

        var report = page.GetByRole(AriaRole.Button, new() { Name = "Metabolic panel" });
        await report.WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Results (1 unseen)" }).WaitForAsync();
        await page.GetByRole(AriaRole.List, new() { Name = "Values by test" }).GetByText("4.4 mmol/L").WaitForAsync();
        await report.ClickAsync();
        await page.GetByText("Seen by you").WaitForAsync();
        await page.GetByText("(1 unseen)").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task The_past_is_shown_with_a_banner_and_without_what_came_later()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.SignIn("provider");
        await page.GotoAsync($"/patients/{SmallClinic.Ana}");
        await page.GetByText("Penicillin").First.WaitForAsync();
        var before = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        await SmallClinic.AddAllergy(service, "latex", "Latex");
        await page.GetByText("Latex").First.WaitForAsync();

        await page.GotoAsync($"/patients/{SmallClinic.Ana}?asOf={before}");

        await page.GetByRole(AriaRole.Status, new() { Name = "Shown moment" }).GetByText("The past.").WaitForAsync();
        await page.GetByText("Penicillin").First.WaitForAsync();
        Assert.Equal(0, await page.GetByText("Latex").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to now" }).ClickAsync();
        await page.GetByText("Latex").First.WaitForAsync();
        Assert.Equal(0, await page.GetByText("The past.").CountAsync());
    }

    [Fact]
    public async Task A_notification_is_counted_seen_on_opening_the_bell_and_read_on_following_it()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.SignIn("provider");
        await SmallClinic.MeasurePotassium(service, "new-potassium", 4.4m);
        await SmallClinic.Report(service, "panel", "new-potassium");

        var bell = page.GetByRole(AriaRole.Button, new() { Name = "Notifications, 1 new" });
        await bell.ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog, new() { Name = "Notifications" });
        await panel.GetByText("Unread", new() { Exact = true }).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Notifications", Exact = true }).WaitForAsync();
        await panel.GetByRole(AriaRole.Link, new() { Name = "Lab Results Available" }).ClickAsync();

        await page.GetByText("Seen by you").WaitForAsync();
        await page.GotoAsync("/notifications");
        await page.GetByRole(AriaRole.List, new() { Name = "Notifications" }).GetByText("Lab Results Available").WaitForAsync();
        Assert.Equal(0, await page.GetByText("Unread", new() { Exact = true }).CountAsync());
    }
}

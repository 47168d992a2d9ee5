using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>A path through the staff app for every role: nothing is offered, and nothing asked for, that the server refuses.</summary>
public sealed class RoleTests(WrittenClinic clinic)
{
    private static readonly string[] WithSchedule = ["provider", "nurse", "medical_assistant", "front_desk", "billing", "admin"];
    private static readonly string[] WhoBook = ["provider", "nurse", "medical_assistant", "front_desk", "admin"];

    private static readonly string[] WhoAnswerAlerts = ["provider", "nurse", "medical_assistant", "admin"];
    private static readonly string[] WhoReadResults = ["provider", "nurse", "medical_assistant", "lab", "radiology", "admin"];
    private static readonly string[] WhoBill = ["billing", "admin"];

    /// <summary>Where the day of a role begins that has no board, or works with something else than the board.</summary>
    private static readonly Dictionary<string, string> Homes = new(StringComparer.Ordinal)
    {
        ["billing"] = "Billing",
        ["lab"] = "Results",
        ["radiology"] = "Results",
        ["pharmacy"] = "Inbox",
    };

    /// <summary>The views of a patient's chart that are open to each role.</summary>
    private static readonly Dictionary<string, string[]> Views = new(StringComparer.Ordinal)
    {
        ["front_desk"] = ["Summary", "Timeline", "Visits", "Messages"],
        ["billing"] = ["Summary", "Timeline", "Messages"],
        ["lab"] = ["Summary", "Timeline", "Results", "Messages"],
        ["radiology"] = ["Summary", "Timeline", "Imaging", "Messages"],
        ["pharmacy"] = ["Summary", "Timeline", "Medications", "Messages"],
    };

    private static readonly string[] AllViews = ["Summary", "Timeline", "Results", "Medications", "Imaging", "Visits", "Messages"];

    [Fact]
    public async Task Every_role_lands_on_a_page_that_works_and_meets_no_refusal_on_its_way()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        var server = await clinic.Server;
        await using var chromium = await Chromium.Start(server);

        foreach (var role in Clinic.Staff)
        {
            var page = await chromium.Visit();
            var refused = new List<string>();
            page.Response += (_, answer) => Note(refused, role, answer);
            await chromium.SignIn(page, role);

            await WalkAlongTheRail(page, role);
            await OpenTheChart(page, role);

            Assert.Empty(refused);
            Assert.Empty(await Chromium.Findings(page, $"chart-{role}-Light-1280"));
            await page.Context.CloseAsync();
        }
    }

    [Fact]
    public async Task What_each_role_sees_on_a_narrow_dark_page_can_be_used_by_everybody()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        var server = await clinic.Server;
        await using var chromium = await Chromium.Start(server);
        var findings = new List<string>();

        foreach (var role in Clinic.Staff)
        {
            var page = await chromium.SignIn(role, 320, ColorScheme.Dark);
            var look = $"{role}-Dark-320";
            findings.AddRange(await Chromium.Findings(page, $"home-{look}"));
            await OpenTheChart(page, role);
            findings.AddRange(await Chromium.Findings(page, $"chart-{look}"));
            await page.GotoAsync("/schedule");
            await Chromium.Says(page, "Live");
            findings.AddRange(await Chromium.Findings(page, $"schedule-{look}"));
            await page.Context.CloseAsync();
        }

        Assert.Empty(findings);
    }

    private static void Note(List<string> refused, string role, IResponse answer)
    {
        if (answer.Status is 401 or 403) refused.Add($"{role}: {answer.Status} {answer.Request.Method} {answer.Url}");
    }

    private static async Task WalkAlongTheRail(IPage page, string role)
    {
        var rail = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link);
        string[] expected =
        [
            .. Where(WithSchedule, role, "Schedule"), "Inbox", .. Where(WhoReadResults, role, "Results"), "Patients",
            .. Where(WhoAnswerAlerts, role, "Alerts"), .. Where(WhoBill, role, "Billing"), "Live feed",
            .. Where(["admin"], role, "Audit"), .. Where(["admin"], role, "Settings"),
        ];
        var home = Homes.GetValueOrDefault(role, "Schedule");
        await page.GetByRole(AriaRole.Heading, new() { Name = home, Level = 1 }).WaitForAsync();
        Assert.Equal(expected, await rail.AllTextContentsAsync());

        foreach (var place in expected)
        {
            await rail.GetByText(place, new() { Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Heading, new() { Name = place, Level = 1 }).WaitForAsync();
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            Assert.Equal(0, await page.GetByText("could not be loaded").CountAsync());
            var offered = place == "Schedule" && WhoBook.Contains(role) ? 1 : 0;
            var buttons = await page.GetByRole(AriaRole.Button, new() { Name = "Book appointment" }).CountAsync();
            Assert.Equal((role, place, offered), (role, place, buttons));
        }
    }

    private static string[] Where(string[] roles, string role, string place) => roles.Contains(role) ? [place] : [];

    private static async Task OpenTheChart(IPage page, string role)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Patients", Exact = true }).First.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Ana Ruiz" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Ana Ruiz", Level = 1 }).WaitForAsync();
        var links = page.GetByRole(AriaRole.Navigation, new() { Name = "Chart" }).GetByRole(AriaRole.Link);
        await links.First.WaitForAsync();
        var shown = (await links.AllTextContentsAsync()).Select(text => text.Split(" (")[0]).ToList();
        Assert.Equal((role, string.Join('|', Views.GetValueOrDefault(role, AllViews))), (role, string.Join('|', shown)));
        foreach (var view in shown)
        {
            await links.GetByText(view).ClickAsync();
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            Assert.Equal((role, view, 0), (role, view, await page.GetByText("could not be loaded").CountAsync()));
        }

        await links.First.ClickAsync();
    }
}

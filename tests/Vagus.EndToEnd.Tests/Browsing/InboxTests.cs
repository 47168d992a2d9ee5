using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>The inbox of the staff app in real browsers against the real server.</summary>
public sealed partial class InboxTests
{
    [Fact]
    public async Task What_a_patient_writes_is_on_every_screen_at_once_and_a_note_never_reaches_the_patient()
    {
        SkipWithoutBrowser();
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        using var admin = server.SignIn("admin");
        await SmallClinic.Write(service);
        var ana = await WritingPatient.Ana(admin);
        await using var chromium = await Chromium.Start(server);
        var nurse = await chromium.SignIn("nurse", width: 1440);
        var provider = await chromium.SignIn("provider", width: 1440);
        foreach (var page in new[] { nurse, provider }) await Open(page, "/inbox?queue=all");

        var thread = await ana.Begin("Refill", "My inhaler is empty");
        foreach (var page in new[] { nurse, provider }) await Row(page).ClickAsync();
        await Said(nurse, "My inhaler is empty").WaitForAsync();
        await Write(nurse, "Internal note", "Note for staff", "Asthma worse?", "Save note");
        await Said(provider, "Asthma worse?").WaitForAsync();
        await nurse.GetByRole(AriaRole.Button, new() { Name = "Reply to patient" }).ClickAsync();
        await nurse.GetByRole(AriaRole.Textbox, new() { Name = "Message to the patient" }).FillAsync("It is ready");
        await provider.GetByText("Test nurse is replying").First.WaitForAsync();
        await nurse.GetByRole(AriaRole.Button, new() { Name = "Send to patient" }).ClickAsync();
        await Said(provider, "It is ready").WaitForAsync();
        await ana.Write(thread, "Thank you all");

        foreach (var page in new[] { nurse, provider }) await Said(page, "Thank you all").WaitForAsync();
        var shown = await ana.Read(thread);
        Assert.Contains("It is ready", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Asthma", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Ruiz", nurse.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_survives_a_reload_a_reply_says_what_is_new_and_a_sent_one_is_taken_back()
    {
        SkipWithoutBrowser();
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        using var admin = server.SignIn("admin");
        await SmallClinic.Write(service);
        var ana = await WritingPatient.Ana(admin);
        var thread = await ana.Begin("Refill", "My inhaler is empty");
        var undo = new JsonObject { ["undoSeconds"] = 15 };
        var set = await admin.Put("/api/admin/settings/messaging", undo.ToJsonString());
        Assert.True(set.Succeeded, set.Text);
        await using var chromium = await Chromium.Start(server);
        var nurse = await chromium.SignIn("nurse", width: 1440);
        await Open(nurse, $"/inbox?queue=all&thread={thread}");
        var field = nurse.GetByRole(AriaRole.Textbox, new() { Name = "Message to the patient" });

        await field.FillAsync("It is ready");
        await nurse.GetByText("Draft saved").WaitForAsync();
        await Open(nurse, $"/inbox?queue=all&thread={thread}");
        await Assertions.Expect(field).ToHaveValueAsync("It is ready");
        await Said(nurse, "My inhaler is empty").WaitForAsync();
        // Somebody who is not heard: what came is not on this screen before the reply is sent.
        await nurse.Context.SetOfflineAsync(true);
        await ana.Write(thread, "I have found another one");
        await nurse.Context.SetOfflineAsync(false);
        await nurse.GetByRole(AriaRole.Button, new() { Name = "Send to patient" }).ClickAsync();
        await Sent(nurse).Or(nurse.GetByText("Send mine all the same")).First.WaitForAsync();
        if (await nurse.GetByText("Send mine all the same").IsVisibleAsync())
            await nurse.GetByRole(AriaRole.Button, new() { Name = "Send mine all the same" }).ClickAsync();
        await Sent(nurse).WaitForAsync();
        await nurse.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Assertions.Expect(field).ToHaveValueAsync("It is ready");
        Assert.DoesNotContain("It is ready", await ana.Read(thread), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(768, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    public async Task The_list_and_a_thread_can_be_used_by_everybody(int width, ColorScheme scheme)
    {
        SkipWithoutBrowser();
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        using var admin = server.SignIn("admin");
        await SmallClinic.Write(service);
        var ana = await WritingPatient.Ana(admin);
        var thread = await ana.Begin("Refill of the inhaler that I had in spring", "My inhaler is empty");
        await using var chromium = await Chromium.Start(server);
        var nurse = await chromium.SignIn("nurse", width, scheme);
        var findings = new List<string>();

        await Open(nurse, "/inbox?queue=unassigned");
        await Row(nurse).WaitForAsync();
        findings.AddRange(await Chromium.Findings(nurse, $"inbox-{scheme}-{width}"));
        await Open(nurse, $"/inbox?queue=unassigned&thread={thread}");
        await Said(nurse, "My inhaler is empty").WaitForAsync();
        findings.AddRange(await Chromium.Findings(nurse, $"inbox-thread-{scheme}-{width}"));

        Assert.Empty(findings);
    }

    private static async Task Open(IPage page, string path)
    {
        await page.GotoAsync(path);
        await Chromium.Says(page, "Live");
    }

    private static ILocator Row(IPage page) =>
        page.GetByRole(AriaRole.List).GetByRole(AriaRole.Link, new() { NameRegex = AnaRuiz() }).First;

    private static ILocator Said(IPage page, string text) => page.GetByRole(AriaRole.Log).GetByText(text).First;

    private static ILocator Sent(IPage page) => page.GetByText(SendingIn());

    private static async Task Write(IPage page, string mode, string field, string text, string button)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = mode }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = field }).FillAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
    }

    private static void SkipWithoutBrowser()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
    }

    [GeneratedRegex("Ana Ruiz.*", RegexOptions.None, 1000)]
    private static partial Regex AnaRuiz();

    [GeneratedRegex(@"Sending in \d+ s", RegexOptions.None, 1000)]
    private static partial Regex SendingIn();
}

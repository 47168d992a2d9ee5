using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>The staff app in real browsers against the real server.</summary>
public sealed partial class StaffAppTests(WrittenClinic clinic)
{
    [Fact]
    public async Task What_one_books_the_other_sees_at_once_and_both_come_back_by_themselves_after_the_server_was_killed()
    {
        SkipWithoutBrowser();
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var provider = await chromium.SignIn("provider");
        var frontDesk = await chromium.SignIn("front_desk");
        await provider.GetByRole(AriaRole.Button, new() { NameRegex = Nine() }).WaitForAsync();

        var delay = await Book(frontDesk, provider);
        await server.Kill();
        await Chromium.Says(provider, "Reconnecting…");
        await Chromium.Says(frontDesk, "Reconnecting…");
        await server.StartAgain();
        await SmallClinic.Book(service, "meanwhile", SmallClinic.Bo, hour: 11);
        var clock = Stopwatch.StartNew();
        foreach (var page in new[] { provider, frontDesk })
        {
            await Chromium.Says(page, "Live");
            await page.GetByRole(AriaRole.Button, new() { NameRegex = Eleven() }).WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { NameRegex = HalfPastFour() }).WaitForAsync();
        }

        Figures.Say(
            string.Create(
            CultureInfo.InvariantCulture,
            $"browser: a booking is on the other screen {delay.TotalMilliseconds:0} ms after the click; both screens are current {clock.Elapsed.TotalMilliseconds:0} ms after the killed server was back"));
        await SignOut(provider);
        await SignOut(frontDesk);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(320, ColorScheme.Light)]
    [InlineData(320, ColorScheme.Dark)]
    public async Task Every_main_page_can_be_used_by_everybody(int width, ColorScheme scheme)
    {
        SkipWithoutBrowser();
        var server = await clinic.Server;
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.Visit(width, scheme);
        var look = string.Create(CultureInfo.InvariantCulture, $"{scheme}-{width}");
        var findings = new List<string>(await Chromium.Findings(page, $"sign-in-{look}"));
        await chromium.SignIn(page, "provider");

        foreach (var (name, path, sign) in Pages)
        {
            await page.GotoAsync(path);
            await Chromium.Says(page, "Live");
            await page.GetByRole(AriaRole.Main).GetByText(sign).First.WaitForAsync();
            findings.AddRange(await Chromium.Findings(page, $"{name}-{look}"));
        }

        Assert.Empty(findings);
    }

    private static readonly (string Name, string Path, string Sign)[] Pages =
    [
        ("schedule", "/schedule", "Featherstonehaugh"),
        ("inbox", "/inbox", "Nothing is assigned to you"),
        ("patients", "/patients", "Ana Ruiz"),
        ("patient", $"/patients/{SmallClinic.Ana}", "Penicillin"),
        ("feed", "/feed", "Live feed"),
    ];

    /// <summary>Books at half past four and answers how long it took until the other saw it.</summary>
    private static async Task<TimeSpan> Book(IPage one, IPage other)
    {
        await one.GetByRole(AriaRole.Button, new() { Name = "Book appointment" }).ClickAsync();
        await Choose(one, "Patient", "Ana", AnaRuiz());
        await Choose(one, "Provider", "Lee", AmaraLee());
        await one.GetByLabel("Start").FillAsync("16:30");
        var book = one.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true });
        var clock = Stopwatch.StartNew();
        await book.ClickAsync();
        await other.GetByRole(AriaRole.Button, new() { NameRegex = HalfPastFour() }).WaitForAsync();
        var delay = clock.Elapsed;
        await one.GetByRole(AriaRole.Button, new() { NameRegex = HalfPastFour() }).WaitForAsync();
        return delay;
    }

    private static async Task Choose(IPage page, string field, string typed, Regex option)
    {
        await page.GetByRole(AriaRole.Combobox, new() { Name = field }).FillAsync(typed);
        await page.GetByRole(AriaRole.Option, new() { NameRegex = option }).ClickAsync();
    }

    private static async Task SignOut(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Account() }).ClickAsync();
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Sign out" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" }).WaitForAsync();
    }

    private static void SkipWithoutBrowser()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
    }

    [GeneratedRegex("Ana Ruiz", RegexOptions.None, 1000)]
    private static partial Regex AnaRuiz();

    [GeneratedRegex("Amara Lee", RegexOptions.None, 1000)]
    private static partial Regex AmaraLee();

    [GeneratedRegex("Account", RegexOptions.None, 1000)]
    private static partial Regex Account();

    [GeneratedRegex("9:00 AM.*Featherstonehaugh", RegexOptions.None, 1000)]
    private static partial Regex Nine();

    [GeneratedRegex("11:00 AM.*Featherstonehaugh", RegexOptions.None, 1000)]
    private static partial Regex Eleven();

    [GeneratedRegex("4:30 PM.*Ana Ruiz.*Booked", RegexOptions.None, 1000)]
    private static partial Regex HalfPastFour();
}

using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>A critical value in the browsers of two people, against the real server.</summary>
public sealed class AlertTests
{
    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task Both_acknowledge_at_once_and_one_wins_and_the_other_is_told_who(Engine engine)
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(engine);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var provider = await chromium.SignIn("provider");
        var nurse = await chromium.SignIn("nurse");

        await SmallClinic.MeasurePotassium(service, "critical-potassium", 6.9m);
        await Bar(provider).GetByText("Potassium = 6.9 mmol/L · Ana Ruiz").WaitForAsync();
        await Bar(nurse).GetByText("for Test provider").WaitForAsync();
        await OpenAndRead(provider, "Acknowledge…");
        await OpenAndRead(nurse, "Open alert");
        await Task.WhenAll(Acknowledge(provider, "Acknowledge"), Acknowledge(nurse, "Acknowledge and take over"));

        var winner = await Task.WhenAny(Won(provider), Won(nurse));
        var (first, second) = await winner == provider ? (provider, nurse) : (nurse, provider);
        var name = first == provider ? "Test provider" : "Test nurse";
        await Dialog(second).GetByText($"{name} acknowledged it at").WaitForAsync();
        Assert.Equal(0, await Dialog(second).GetByRole(AriaRole.Combobox, new() { Name = "What was done?" }).CountAsync());

        await Dialog(first).GetByRole(AriaRole.Combobox, new() { Name = "What was done?" }).ClickAsync();
        await first.GetByRole(AriaRole.Option, new() { Name = "Treated" }).ClickAsync();
        await Dialog(first).GetByRole(AriaRole.Button, new() { Name = "Record and settle" }).ClickAsync();
        await Dialog(first).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await Dialog(second).GetByText("This alert is settled.").WaitForAsync();
        await Bar(first).GetByText("Potassium").WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task An_alert_is_acknowledged_settled_and_followed_by_the_keyboard_alone()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.SignIn("provider", width: 320);
        await SmallClinic.MeasurePotassium(service, "critical-potassium", 6.9m);
        var button = page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge…" });
        await button.WaitForAsync();
        await page.Locator("[data-urgent-announcer]").GetByText("Critical alert for you: Potassium = 6.9 mmol/L").WaitForAsync();

        await TabTo(page, "Acknowledge…");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.activeElement?.tagName === 'INPUT'");
        await page.Keyboard.TypeAsync("9.6");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Alert, new() { Name = "Not acknowledged" }).WaitForAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("6.9 mmol");
        await page.Keyboard.PressAsync("Enter");
        await Dialog(page).GetByRole(AriaRole.Combobox, new() { Name = "What was done?" }).WaitForAsync();
        await TabTo(page, "combobox");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Locator("[role=option][data-combobox-selected]").GetByText("Treated").WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await TabTo(page, "Record and settle");
        await page.Keyboard.PressAsync("Enter");

        await Dialog(page).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GotoAsync("/alerts?show=settled");
        await page.GetByRole(AriaRole.List, new() { Name = "Settled alerts" }).GetByText("Treated").WaitForAsync();
    }

    private static ILocator Bar(IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Critical alerts" });

    private static ILocator Dialog(IPage page) => page.GetByRole(AriaRole.Dialog, new() { Name = "Critical alert" });

    private static async Task OpenAndRead(IPage page, string button)
    {
        await Bar(page).GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await Dialog(page).GetByLabel("Read back the value").FillAsync("6.9");
    }

    private static Task Acknowledge(IPage page, string button) =>
        Dialog(page).GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private static async Task<IPage> Won(IPage page)
    {
        await Dialog(page).GetByRole(AriaRole.Combobox, new() { Name = "What was done?" }).WaitForAsync();
        return page;
    }

    private const string FocusedName =
        "() => document.activeElement?.textContent?.trim() || document.activeElement?.getAttribute('role')";

    /// <summary>To the button of this text, or to the field of this role.</summary>
    private static async Task TabTo(IPage page, string button)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<string?>(FocusedName) == button) return;
        }

        Assert.Fail($"The keyboard does not reach \"{button}\".");
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>The staff app with a part of its lines cut, against the real server.</summary>
public sealed partial class InterruptedTests
{
    [Fact]
    public async Task A_chart_behind_a_proxy_that_lets_no_raw_WebSocket_through_is_never_called_live_and_shows_a_new_allergy_all_the_same()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.SignIn("provider");
        await page.RouteWebSocketAsync(RawSocket(), socket => _ = socket.CloseAsync());

        await page.GotoAsync($"/patients/{SmallClinic.Ana}");
        await page.GetByText("Penicillin").WaitForAsync();
        await Chromium.Says(page, "Updates delayed");
        await page.GetByRole(AriaRole.Status, new() { Name = "Freshness of this chart" }).WaitForAsync();
        var latex = new JsonObject
        {
            ["resourceType"] = "AllergyIntolerance",
            ["patient"] = new JsonObject { ["reference"] = $"Patient/{SmallClinic.Ana}" },
            ["code"] = new JsonObject { ["text"] = "Latex" },
        };
        Assert.True((await service.Post("/fhir/AllergyIntolerance", latex.ToJsonString())).Succeeded);

        await page.GetByText("Latex").WaitForAsync();
        await Chromium.Says(page, "Updates delayed");
    }

    [Fact]
    public async Task What_is_pressed_offline_is_answered_at_once_and_never_done_later()
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(Engine.Sqlite);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.SignIn("front_desk");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = Nine() }).ClickAsync();

        await page.Context.SetOfflineAsync(true);
        await Chromium.Says(page, "Offline");
        await page.GetByRole(AriaRole.Button, new() { Name = "Check in" }).ClickAsync();
        await page.GetByText("You are offline. Nothing was sent.").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Context.SetOfflineAsync(false);
        await Chromium.Says(page, "Live");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

        await page.GetByRole(AriaRole.Button, new() { NameRegex = Nine() }).WaitForAsync();
        Assert.Equal("booked", (string?)(await service.Get("/fhir/Appointment/first")).Json["status"]);
    }

    [GeneratedRegex("/ws$", RegexOptions.None, 1000)]
    private static partial Regex RawSocket();

    [GeneratedRegex("9:00 AM.*Featherstonehaugh.*Booked", RegexOptions.None, 1000)]
    private static partial Regex Nine();
}

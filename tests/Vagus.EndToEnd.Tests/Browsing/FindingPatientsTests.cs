using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>Finding a patient in the staff app, against the real search.</summary>
public sealed class FindingPatientsTests
{
    private static readonly string[] WaysToAna =
    [
        "ana ruiz", "Ruiz Ana", "ruiz, ana", "an rui", "5/6/1984", "1984-05-06", "ruiz 6.5.1984", "100058", "MRN100058", "mrn: mrn100058",
        "2075550142", "(207) 555-0142", "207-555-0142",
    ];

    private static readonly string[] WaysToNobody = ["ana montgomery", "ruiz 1984-05-07", "a|b", "ana,\\", "$"];

    [Theory]
    [InlineData(Engine.Sqlite)]
    [InlineData(Engine.Postgres)]
    public async Task A_patient_is_found_by_every_way_in_which_people_type(Engine engine)
    {
        if (Chromium.Missing() is { } missing) Assert.Skip(missing);
        await using var server = await RunningServer.Start(engine);
        using var service = server.SignIn("service");
        await SmallClinic.Write(service);
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.SignIn("front_desk");
        await page.GotoAsync("/patients");
        var box = page.GetByRole(AriaRole.Searchbox, new() { Name = "Find a patient by name" });

        foreach (var typed in WaysToAna)
        {
            await box.FillAsync(typed);
            await Result(page, "1 patient").WaitForAsync();
            Assert.Equal((typed, 1), (typed, await page.GetByRole(AriaRole.Link, new() { Name = "Ana Ruiz" }).CountAsync()));
            await box.FillAsync("");
            await Result(page, "2 patients").WaitForAsync();
        }

        foreach (var typed in WaysToNobody)
        {
            await box.FillAsync(typed);
            await Result(page, "No patients found").WaitForAsync();
            await box.FillAsync("");
            await Result(page, "2 patients").WaitForAsync();
        }

        await page.GotoAsync("/schedule");
        await page.GetByRole(AriaRole.Button, new() { Name = "Book appointment" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Patient" }).FillAsync("ruiz ana");
        await page.GetByRole(AriaRole.Option, new() { Name = "Ana Ruiz" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Provider" }).FillAsync("lee ama");
        await page.GetByRole(AriaRole.Option, new() { Name = "Amara Lee" }).ClickAsync();
    }

    private static ILocator Result(IPage page, string text) =>
        page.GetByRole(AriaRole.Status, new() { Name = "Result" }).GetByText(text, new() { Exact = true });
}

using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>The pages work under the content policy, trusted types included: a browser reports what a policy stops.</summary>
public sealed class ContentPolicyTests(WrittenClinic clinic)
{
    [Fact]
    public async Task Neither_the_staff_app_nor_the_description_of_the_doors_meets_the_policy()
    {
        if (Chromium.Missing() is { } reason) Assert.Skip(reason);
        var server = await clinic.Server;
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.Visit();
        var stopped = new List<string>();
        page.Console += (_, line) =>
        {
            if (line.Text.Contains("Content Security Policy", StringComparison.Ordinal)
                || line.Text.Contains("TrustedHTML", StringComparison.Ordinal)) stopped.Add(line.Text);
        };
        page.PageError += (_, error) => stopped.Add(error);

        await chromium.SignIn(page, "provider");
        await Chromium.Says(page, "Live");
        await page.GotoAsync("/docs");
        await page.GetByText("/fhir/metadata").First.WaitForAsync();

        Assert.Empty(stopped);
    }
}

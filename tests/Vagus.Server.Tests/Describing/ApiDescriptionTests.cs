using System.Diagnostics;
using System.Net;
using Vagus.Server.Observing;
using Vagus.Testing;

namespace Vagus.Server.Tests.Describing;

public sealed class ApiDescriptionTests
{
    private const string Chromium = "/usr/bin/chromium";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_description_is_the_approved_contract()
    {
        await using var server = await TestServer.Start();
        var approved = Path.Combine(Sources.Root, "docs", "contracts", "openapi.json");

        var told = (await server.Http.GetStringAsync(new Uri(server.Address, "/openapi.json"))).ReplaceLineEndings("\n").TrimEnd() + "\n";

        if (Environment.GetEnvironmentVariable("VAGUS_APPROVE") == "openapi") await File.WriteAllTextAsync(approved, told);
        Assert.True(
            await File.ReadAllTextAsync(approved) == told,
            "The doors differ from docs/contracts/openapi.json. If that is meant, run this test with VAGUS_APPROVE=openapi and look at the difference.");
    }

    [Fact]
    public async Task The_description_does_not_tell_which_release_runs()
    {
        await using var server = await TestServer.Start();

        var told = await server.Http.GetStringAsync(new Uri(server.Address, "/openapi.json"));

        Assert.DoesNotContain($"\"{Telemetry.Version}\"", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_shows_the_doors_in_a_browser_under_our_content_policy()
    {
        Assert.SkipUnless(File.Exists(Chromium), "Chromium is not installed.");
        await using var server = await TestServer.Start();

        var (page, console) = await Open(new Uri(server.Address, "/docs"));

        Assert.Contains("Sign-in and sessions", page, StringComparison.Ordinal);
        Assert.Contains("FHIR R4", page, StringComparison.Ordinal);
        Assert.DoesNotContain("violates the following Content Security Policy", console, StringComparison.Ordinal);
        Assert.DoesNotContain("Refused to", console, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_asks_no_other_site_and_runs_no_script_but_ours()
    {
        await using var server = await TestServer.Start();

        using var page = await server.Http.GetAsync(new Uri(server.Address, "/docs"));

        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("font-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DecompressionMethods.None)]
    [InlineData(DecompressionMethods.GZip)]
    public async Task The_script_is_served_to_those_who_take_gzip_and_to_others(DecompressionMethods taken)
    {
        await using var server = await TestServer.Start();
        using var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = taken });

        var script = await http.GetStringAsync(new Uri(server.Address, "/docs/scalar.js"));

        Assert.Contains("createApiReference", script, StringComparison.Ordinal);
    }

    /// <summary>The page as the browser has it after its scripts ran, and what it said on its console.</summary>
    private static async Task<(string Page, string Console)> Open(Uri address)
    {
        var profile = Directory.CreateTempSubdirectory("vagus-chromium-");
        var start = new ProcessStartInfo(
            Chromium,
            [
                "--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={profile.FullName}", "--enable-logging=stderr",
                "--virtual-time-budget=15000", "--dump-dom", address.ToString(),
            ]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var browser = Process.Start(start)!;
        var console = browser.StandardError.ReadToEndAsync();
        var page = await browser.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        await browser.WaitForExitAsync().WaitAsync(Limit);
        profile.Delete(recursive: true);
        return (page, await console);
    }
}

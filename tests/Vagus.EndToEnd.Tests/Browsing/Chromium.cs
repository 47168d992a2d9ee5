using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Browsing;

/// <summary>A real browser, and people in it who sign in to the staff app as anybody would.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string Program = Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given
        ? given : "/usr/bin/chromium";
    private static readonly string AxeFile = Path.Combine(Programs.Web, "node_modules", "axe-core", "axe.min.js");
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly RunningServer server;

    private Chromium(IPlaywright playwright, IBrowser browser, RunningServer server) =>
        (this.playwright, this.browser, this.server) = (playwright, browser, server);

    /// <summary>Why the browser tests cannot run here; null when they can.</summary>
    public static string? Missing()
    {
        if (NoBrowser() is { } none) return none;
        if (!File.Exists(AxeFile)) return "axe-core is not installed (npm ci in web).";
        return File.Exists(Path.Combine(Path.GetDirectoryName(Programs.Server)!, "wwwroot", "staff", "index.html"))
            ? null : "The server was built without the staff app.";
    }

    /// <summary>Why a test that needs the browser alone cannot run here; null when it can.</summary>
    public static string? NoBrowser() => File.Exists(Program) ? null : $"There is no browser at {Program} (CHROMIUM names another).";

    public static async Task<Chromium> Start(RunningServer server)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync"],
        });
        return new Chromium(playwright, browser, server);
    }

    /// <summary>Another browser profile at the sign-in page.</summary>
    public async Task<IPage> Visit(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await NewPage(width, scheme);
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).WaitForAsync();
        return page;
    }

    /// <summary>An empty page of another browser profile.</summary>
    public async Task<IPage> NewPage(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = server.Url,
            ViewportSize = new ViewportSize { Width = width, Height = width < 500 ? 720 : 860 },
            ColorScheme = scheme,
            Locale = "en-US",
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(60_000);
        return await context.NewPageAsync();
    }

    public async Task<IPage> SignIn(string role, int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        var page = await Visit(width, scheme);
        await SignIn(page, role);
        return page;
    }

    public async Task SignIn(IPage page, string role)
    {
        var person = server.Clinic[role];
        await page.GetByLabel("Email").FillAsync(person.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(person.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Says(page, "Live");
    }

    public static Task Says(IPage page, string connection) =>
        page.GetByRole(AriaRole.Status, new() { Name = "Connection" }).GetByText(connection).WaitForAsync();

    /// <summary>What axe finds, and whether the page is wider than its screen. PICTURES names a folder for screenshots.</summary>
    public static async Task<IEnumerable<string>> Findings(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PICTURES") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
        await page.EvaluateAsync(await File.ReadAllTextAsync(AxeFile));
        var found = await page.EvaluateAsync<string[]>("""
            async () => {
              const { violations } = await axe.run({ runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } });
              const page = document.documentElement;
              const wide = page.scrollWidth > page.clientWidth ? ['wider than the screen'] : [];
              return [...violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ').slice(0, 500)}`), ...wide];
            }
            """);
        return found.Select(finding => $"{name}: {finding}");
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}

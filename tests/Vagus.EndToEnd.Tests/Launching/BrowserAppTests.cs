using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Browsing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Launching;

/// <summary>The SMART project's own client in a page of another origin, in a real browser with its own rules of CORS.</summary>
public abstract class BrowserAppTests(Engine engine)
{
    private const string Launch = """
        <!doctype html><title>Launch</title><script src="/fhir-client.js"></script><script>
        const asked = new URLSearchParams(location.search);
        FHIR.oauth2.authorize({
          iss: asked.get("iss"), clientId: asked.get("client"), redirectUri: location.origin + "/back", pkceMode: "required",
          scope: "launch/patient patient/Patient.rs patient/Observation.rs openid fhirUser online_access",
        }).catch((error) => (document.title = "failed: " + error));
        </script>
        """;

    private const string Back = """
        <!doctype html><title>Back</title><script src="/fhir-client.js"></script><script>
        FHIR.oauth2.ready().then(async (client) => {
          const patient = await client.patient.read();
          await client.refresh();
          const observations = await client.request("Observation?patient=" + client.patient.id);
          document.body.innerText = JSON.stringify({
            patient: patient.id, observations: observations.total ?? observations.entry.length, origin: location.origin,
            token: client.state.tokenResponse.access_token,
          });
          document.title = "done";
        }).catch((error) => (document.title = "failed: " + error));
        </script><body></body>
        """;

    [Fact]
    public async Task A_page_of_a_registered_origin_is_authorized_reads_and_refreshes_and_a_page_of_another_one_reads_nothing()
    {
        if (await OfficialClient.Install() is { } reason) Assert.Skip(reason);
        if (Chromium.NoBrowser() is { } none) Assert.Skip(none);
        await using var server = await RunningServer.Start(engine);
        using var nurse = server.SignIn("nurse");
        await Put(nurse, "Patient/p1", """{"resourceType":"Patient","id":"p1","name":[{"family":"Quillfeather"}]}""");
        await Put(nurse, "Observation/o1", """
            {"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"}}
            """);
        await using var site = await Serve();
        await using var otherSite = await Serve();
        var (own, other) = (site.Urls.Single(), otherSite.Urls.Single());
        var client = await OfficialClient.Register(server, "launch/patient patient/*.rs openid fhirUser online_access", $"{own}/back");
        await using var chromium = await Chromium.Start(server);
        var page = await chromium.NewPage();
        await page.GotoAsync($"{own}/launch?iss={Uri.EscapeDataString($"{server.Url}/fhir")}&client={client}");
        await Authorize(page, nurse);
        // The policy of the server's own pages lets no text be run, which waiting for a condition does.
        await page.WaitForURLAsync($"{own}/back**");
        await page.WaitForFunctionAsync("document.title === 'done' || document.title.startsWith('failed')");
        var told = JsonElement.Parse(await page.InnerTextAsync("body"));
        var token = told.GetProperty("token").GetString();
        await page.GotoAsync($"{other}/blank");

        Assert.Equal((own, "p1", 1), (
            told.GetProperty("origin").GetString(), told.GetProperty("patient").GetString(), told.GetProperty("observations").GetInt32()));
        Assert.Equal("blocked", await Fetch(page, $"{server.Url}/fhir/Patient/p1", token));
        Assert.Equal("blocked", await Fetch(page, $"{server.Url}/api/auth/me", token));
        Assert.Equal("200", await Fetch(page, $"{server.Url}/fhir/metadata", token: null));
        await page.GotoAsync($"{own}/blank");
        Assert.Equal("200", await Fetch(page, $"{server.Url}/fhir/Patient/p1", token));
        Assert.Equal("blocked", await Fetch(page, $"{server.Url}/fhir/Patient/p1", token, credentials: "include"));
        Assert.Equal("blocked", await Fetch(page, $"{server.Url}/api/auth/me", token));
        Assert.Equal("401", await Fetch(page, $"{server.Url}/fhir/Patient/p1", "expired"));
    }

    private static async Task Authorize(IPage page, SignedIn person)
    {
        await page.GetByLabel("a member of staff").CheckAsync();
        await page.Locator("input[name=email]").FillAsync(person.Person.Email);
        await page.Locator("input[name=password]").FillAsync(person.Person.Password);
        await Press(page, "Sign in");
        await page.Locator("input[name=name]").FillAsync("Quill");
        await Press(page, "Search");
        await page.Locator("input[name=patient]").CheckAsync();
        await Press(page, "Choose");
        await Press(page, "Allow");
    }

    private static Task Press(IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>The status that a page can read, or that the browser kept it from the page.</summary>
    private static Task<string> Fetch(IPage page, string url, string? token, string credentials = "omit") => page.EvaluateAsync<string>(
        """
        async ([url, token, credentials]) => {
          try {
            return String((await fetch(url, { credentials, headers: token ? { authorization: "Bearer " + token } : {} })).status);
          } catch {
            return "blocked";
          }
        }
        """,
        new[] { url, token, credentials });

    /// <summary>
    /// The pages of an application, on an origin of their own. By a server: a page that Playwright answers has no network address, and
    /// Chromium lets no such page ask an address of this machine.
    /// </summary>
    private static async Task<WebApplication> Serve()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://localhost:{FreePort.Take()}");
        var app = builder.Build();
        app.MapGet("/fhir-client.js", () => Results.File(OfficialClient.Script, "text/javascript"));
        app.MapGet("/launch", () => Results.Text(Launch, "text/html"));
        app.MapGet("/back", () => Results.Text(Back, "text/html"));
        app.MapGet("/blank", () => Results.Text("<!doctype html><title>Blank</title>", "text/html"));
        await app.StartAsync();
        return app;
    }

    private static async Task Put(SignedIn who, string path, string resource)
    {
        var answer = await who.Put($"/fhir/{path}", resource);
        Assert.True(answer.Succeeded, answer.Text);
    }
}

public sealed class BrowserAppOnSqlite() : BrowserAppTests(Engine.Sqlite);

public sealed class BrowserAppOnPostgres() : BrowserAppTests(Engine.Postgres);

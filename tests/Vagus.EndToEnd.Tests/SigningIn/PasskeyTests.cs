using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Vagus.EndToEnd.Tests.Browsing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.SigningIn;

/// <summary>Passkeys of a real browser's virtual authenticator against a real server.</summary>
public abstract class PasskeyTests(Engine engine)
{
    private const string Create =
        "async (options) => (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })).toJSON()";

    private const string Get =
        "async (options) => (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })).toJSON()";

    [Fact]
    public async Task A_passkey_is_enrolled_signs_in_once_and_counts_for_no_other_origin()
    {
        if (Chromium.NoBrowser() is { } none) Assert.Skip(none);
        await using var server = await RunningServer.StartAs("localhost", engine);
        using var nurse = server.SignIn("nurse");
        await using var elsewhere = await Elsewhere();
        await using var chromium = await Chromium.Start(server);
        var page = await WithAuthenticator(chromium);
        var own = $"{server.PublicUrl}/health/live";

        var offer = (await Ask(nurse, "/factors/passkeys/options", new { }, 200)).Json;
        var made = await In(page, own, Create, offer["options"]!);
        var registered = await Ask(nurse, "/factors/passkeys", new { challenge = Text(offer), name = "Key", passkey = made }, 200);
        Assert.Equal(10, registered.Json["recoveryCodes"]!.AsArray().Count);

        var owed = await Owed(nurse);
        var signed = await In(page, own, Get, owed["passkeyOptions"]!);
        var body = new { challenge = Text(owed), passkey = signed };
        Assert.NotNull((await Ask(nurse, "/login/second-factor", body, 200, bearer: false)).Json["accessToken"]);
        Assert.Equal("invalid_challenge", Code(await Ask(nurse, "/login/second-factor", body, 401, bearer: false)));

        // The same domain by another port: browsers let it use the passkey, and say where it was used.
        owed = await Owed(nurse);
        var foreign = await In(page, elsewhere.Urls.Single(), Get, owed["passkeyOptions"]!);
        var refused = await Ask(nurse, "/login/second-factor", new { challenge = Text(owed), passkey = foreign }, 401, bearer: false);
        Assert.Equal("invalid_factor", Code(refused));

        owed = await Owed(nurse);
        var stale = await Ask(nurse, "/login/second-factor", new { challenge = Text(owed), passkey = signed }, 401, bearer: false);
        Assert.Equal("invalid_factor", Code(stale));
    }

    [Fact]
    public async Task A_passkey_that_another_origin_made_is_not_enrolled()
    {
        if (Chromium.NoBrowser() is { } none) Assert.Skip(none);
        await using var server = await RunningServer.StartAs("localhost", engine);
        using var nurse = server.SignIn("nurse");
        await using var elsewhere = await Elsewhere();
        await using var chromium = await Chromium.Start(server);
        var page = await WithAuthenticator(chromium);

        var offer = (await Ask(nurse, "/factors/passkeys/options", new { }, 200)).Json;
        var made = await In(page, elsewhere.Urls.Single(), Create, offer["options"]!);
        var refused = await Ask(nurse, "/factors/passkeys", new { challenge = Text(offer), name = "Key", passkey = made }, 401);

        Assert.Equal("invalid_factor", Code(refused));
        Assert.Equal(200, (int)(await nurse.LogIn()).Status);
    }

    /// <summary>A page with an authenticator that always finds its user there and recognizes the user.</summary>
    private static async Task<IPage> WithAuthenticator(Chromium chromium)
    {
        var page = await chromium.NewPage();
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new
            {
                protocol = "ctap2", transport = "internal", hasResidentKey = true, hasUserVerification = true, isUserVerified = true,
                automaticPresenceSimulation = true,
            },
        });
        return page;
    }

    private static async Task<JsonNode> In(IPage page, string address, string script, JsonNode options)
    {
        await page.GotoAsync(address);
        var answer = await page.EvaluateAsync<JsonElement>($"async (text) => ({script})(JSON.parse(text))", options.ToJsonString());
        return JsonNode.Parse(answer.GetRawText())!;
    }

    private static async Task<WebApplication> Elsewhere()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://localhost:{FreePort.Take()}");
        var app = builder.Build();
        app.MapGet("/", () => Results.Text("<!doctype html><title>Elsewhere</title>", "text/html"));
        await app.StartAsync();
        return app;
    }

    private static async Task<JsonNode> Owed(SignedIn person)
    {
        var answer = await person.LogIn();
        Assert.Equal("second_factor_required", Code(answer));
        return answer.Json;
    }

    private static async Task<Answer> Ask(SignedIn person, string path, object body, int status, bool bearer = true)
    {
        var answer = await person.Send(HttpMethod.Post, $"/api/auth{path}", Json(body), bearer ? await person.Token() : null);
        Assert.True((int)answer.Status == status, $"{path}: {(int)answer.Status} {answer.Text}");
        return answer;
    }

    private static string Json(object body) => JsonSerializer.Serialize(body);

    private static string Text(JsonNode answer) => answer["challenge"]!.GetValue<string>();

    private static string Code(Answer answer) => answer.Json["code"]!.GetValue<string>();
}

public sealed class PasskeysOnSqlite() : PasskeyTests(Engine.Sqlite);

public sealed class PasskeysOnPostgres() : PasskeyTests(Engine.Postgres);

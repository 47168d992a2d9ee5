using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Vagus.Access.Policies;
using Vagus.Identity.OAuth;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>Which pages of other origins may read what, as a browser asks.</summary>
public abstract class CrossOriginTests(Engine engine)
{
    private const string Own = "https://app.example";
    private const string Data = "/fhir/Observation";

    public static TheoryData<string> OtherOrigins => new(
        "https://evil.example", "null", "https://app.example.evil.example", "http://app.example", "https://app.example:444",
        "https://APP.example", "https://app.example/", "https://app.example, https://evil.example", "com.example.app://back", "");

    [Theory]
    [InlineData(Data, "GET, HEAD, POST, PUT, PATCH, DELETE")]
    [InlineData("/oauth/token", "POST")]
    [InlineData("/oauth/revoke", "POST")]
    public async Task The_origin_of_a_registered_address_may_ask_and_without_cookies(string path, string methods)
    {
        await using var clinic = await Open();
        await Launching.Register(clinic, "user/*.rs");

        var answer = await Preflight(clinic, path, Own);

        Assert.Equal((204, Own, methods), (answer.Status, answer.Origin, answer.Methods));
        Assert.Contains("Authorization", answer.Headers, StringComparison.Ordinal);
        Assert.Contains("Origin", answer.Vary, StringComparison.Ordinal);
        Assert.False(answer.AllowsCredentials);
    }

    [Fact]
    public async Task No_other_origin_may_ask_or_read()
    {
        await using var clinic = await Open();
        await Launching.Register(clinic, "user/*.rs");
        await clinic.Get<Apps>().Add(
            TestClinic.North, new NewApp("Native", "public", "user/*.rs") { RedirectUris = ["com.example.app://back"] }, by: null, default);
        foreach (var row in OtherOrigins)
        {
            foreach (var path in new[] { Data, "/oauth/token", "/oauth/revoke" })
            {
                var preflight = await Preflight(clinic, path, row.Data);
                var call = await Call(clinic, HttpMethod.Get, path, row.Data);

                Assert.True(preflight.Origin is null && preflight.Status != 204, $"{row.Data} {path}");
                Assert.True(call.Origin is null, $"{row.Data} {path}");
            }
        }
    }

    [Theory]
    [InlineData("/oauth/authorize")]
    [InlineData("/oauth/authorize/sign-in")]
    [InlineData("/oauth/introspect")]
    [InlineData("/api/auth/login")]
    [InlineData("/api/auth/refresh")]
    [InlineData("/api/auth/me")]
    [InlineData("/api/patient-portal/auth/refresh")]
    [InlineData("/caller")]
    [InlineData("/fhirs")]
    public async Task Everything_else_is_closed_to_registered_origins_too(string path)
    {
        await using var clinic = await Open();
        await Launching.Register(clinic, "user/*.rs");

        Assert.Null((await Preflight(clinic, path, Own)).Origin);
        Assert.Null((await Call(clinic, HttpMethod.Get, path, Own)).Origin);
        Assert.Null((await Call(clinic, HttpMethod.Post, path, Own)).Origin);
    }

    [Theory]
    [InlineData("/fhir/.well-known/smart-configuration")]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks.json")]
    public async Task Discovery_is_read_from_everywhere(string path)
    {
        await using var clinic = await Open();
        foreach (var origin in new[] { "https://evil.example", "null", Own })
        {
            var (preflight, call) = (await Preflight(clinic, path, origin), await Call(clinic, HttpMethod.Get, path, origin));

            Assert.Equal((204, "*", "GET, HEAD"), (preflight.Status, preflight.Origin, preflight.Methods));
            Assert.Equal((200, "*", false), (call.Status, call.Origin, call.AllowsCredentials));
        }
    }

    [Fact]
    public async Task What_is_answered_to_one_application_is_read_from_its_own_origin_alone()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs");
        await Register(clinic, TestClinic.North, "https://neighbour.example/back");
        await Register(clinic, TestClinic.South, "https://south.example/back");
        await clinic.AddUser("ann@example.org", Role.Nurse);
        var back = await app.Through("user/*.rs", "ann@example.org", "staff");

        var (tokens, text) = await Redeem(clinic, app, back, "https://neighbour.example");
        var token = System.Text.Json.JsonElement.Parse(text).GetProperty("access_token").GetString()!;
        var refused = (await Redeem(clinic, app, back, Own)).Seen;
        var staff = (await clinic.Login("ann@example.org")).AccessToken;

        Assert.Equal((200, (string?)null), (tokens.Status, tokens.Origin));
        // The code was used: the application itself may read that.
        Assert.Equal((400, Own), (refused.Status, refused.Origin));
        back = await app.Through("user/*.rs", "ann@example.org", "staff");
        (tokens, text) = await Redeem(clinic, app, back, Own);
        token = System.Text.Json.JsonElement.Parse(text).GetProperty("access_token").GetString()!;
        Assert.Equal((200, Own), (tokens.Status, tokens.Origin));
        Assert.Equal((200, Own), Facts(await Call(clinic, HttpMethod.Get, Data, Own, token)));
        Assert.Equal((200, null), Facts(await Call(clinic, HttpMethod.Get, Data, "https://neighbour.example", token)));
        Assert.Equal((200, null), Facts(await Call(clinic, HttpMethod.Get, Data, "https://south.example", token)));
        Assert.Equal((200, null), Facts(await Call(clinic, HttpMethod.Get, Data, Own, staff)));
        Assert.Equal((401, Own), Facts(await Call(clinic, HttpMethod.Get, Data, Own)));
        Assert.Equal((401, Own), Facts(await Call(clinic, HttpMethod.Get, Data, Own, "expired")));
    }

    [Fact]
    public async Task A_cookie_from_such_an_origin_opens_nothing()
    {
        await using var clinic = await Open();
        await Launching.Register(clinic, "user/*.rs");
        await clinic.AddUser("ann@example.org", Role.Nurse);
        var cookie = (await clinic.Login("ann@example.org", browser: true)).Cookie("vagus-refresh");

        var refresh = await Call(clinic, HttpMethod.Post, "/api/auth/refresh", Own, cookie: cookie);
        var data = await Call(clinic, HttpMethod.Get, Data, Own, cookie: cookie);

        Assert.Equal((403, null, false), (refresh.Status, refresh.Origin, refresh.AllowsCredentials));
        Assert.Equal((401, Own, false), (data.Status, data.Origin, data.AllowsCredentials));
    }

    [Fact]
    public async Task A_disabled_application_has_no_origin()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs");
        Assert.Equal(204, (await Preflight(clinic, Data, Own)).Status);

        await clinic.Get<Apps>().Disable(TestClinic.North, app.App.ClientId, disabled: true, by: null, default);

        Assert.Null((await Preflight(clinic, Data, Own)).Origin);
    }

    [Fact]
    public async Task An_application_that_is_added_while_the_others_are_read_is_known_at_the_next_look()
    {
        await using var clinic = await Open();
        AppOrigins? origins = null;
        var clock = new ClockWithStep(() => origins?.Forget());
        origins = new AppOrigins(clinic.Get<Database>(), clock);
        using var disposed = origins;

        Assert.Empty(await origins.Of(Own, default));
        await Launching.Register(clinic, "user/*.rs");

        Assert.NotEmpty(await origins.Of(Own, default));
    }

    private Task<TestClinic> Open() => TestClinic.Open(
        engine, map: endpoints => endpoints.MapGet(Data, () => "in").RequireCaller().AcceptScopes().AuditsNothing("the test"));

    private static async Task Register(TestClinic clinic, TenantId tenant, string redirect) => await clinic.Get<Apps>().Add(
        tenant, new NewApp("Another", "public", "user/*.rs") { RedirectUris = [redirect] }, by: null, default);

    /// <summary>Does something at the first timestamp that is asked for.</summary>
    private sealed class ClockWithStep(Action step) : TimeProvider
    {
        private int asked;

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref asked) == 1) step();
            return base.GetTimestamp();
        }
    }

    private static (int, string?) Facts(Seen seen) => (seen.Status, seen.Origin);

    private static async Task<Seen> Preflight(TestClinic clinic, string path, string origin)
    {
        using var request = Request(clinic, HttpMethod.Options, path, origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization");
        using var response = await clinic.Http.SendAsync(request);
        return Seen.Of(response);
    }

    private static async Task<Seen> Call(
        TestClinic clinic, HttpMethod method, string path, string origin, string? token = null, string? cookie = null)
    {
        using var request = Request(clinic, method, path, origin);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("X-Vagus-Client", "browser");
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
        }

        using var response = await clinic.Http.SendAsync(request);
        return Seen.Of(response);
    }

    private static async Task<(Seen Seen, string Text)> Redeem(TestClinic clinic, Launching app, Step back, string origin)
    {
        using var request = Request(clinic, HttpMethod.Post, "/oauth/token", origin);
        request.Content = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = back.Query("code")!,
            ["redirect_uri"] = Launching.Redirect,
            ["client_id"] = app.App.ClientId,
            ["code_verifier"] = Launching.Verifier,
        });
        using var response = await clinic.Http.SendAsync(request);
        return (Seen.Of(response), await response.Content.ReadAsStringAsync());
    }

    private static HttpRequestMessage Request(TestClinic clinic, HttpMethod method, string path, string origin)
    {
        var request = new HttpRequestMessage(method, new Uri(new Uri(clinic.Address), path));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        return request;
    }

    /// <summary>What a browser goes by.</summary>
    private sealed record Seen(int Status, string? Origin, string Methods, string Headers, string Vary, bool AllowsCredentials)
    {
        public static Seen Of(HttpResponseMessage response) => new(
            (int)response.StatusCode, Header(response, "Access-Control-Allow-Origin"), Header(response, "Access-Control-Allow-Methods") ?? "",
            Header(response, "Access-Control-Allow-Headers") ?? "", Header(response, "Vary") ?? "",
            response.Headers.Contains("Access-Control-Allow-Credentials"));

        private static string? Header(HttpResponseMessage response, string name) =>
            response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
    }
}

public sealed class CrossOriginOnSqlite() : CrossOriginTests(Engine.Sqlite);

public sealed class CrossOriginOnPostgres() : CrossOriginTests(Engine.Postgres);

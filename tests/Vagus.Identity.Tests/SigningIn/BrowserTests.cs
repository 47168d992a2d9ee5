using Vagus.Identity.SigningIn;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SigningIn;

public sealed class BrowserTests
{
    [Fact]
    public async Task A_browser_gets_the_refresh_token_in_a_cookie_that_no_script_reads_and_not_in_the_body()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite);
        await clinic.AddUser("ann@example.org");

        var login = await clinic.Login("ann@example.org", browser: true);

        Assert.False(login.Json.TryGetProperty("refreshToken", out _));
        var cookie = Assert.Single(login.Cookies, each => each.StartsWith("vagus-refresh=", StringComparison.Ordinal));
        Assert.Contains("; path=/api/auth;", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; max-age=43200;", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain('.', login.SessionId);
    }

    [Theory]
    [InlineData("same-origin", null, 200)]
    [InlineData("none", null, 200)]
    [InlineData("same-site", null, 403)]
    [InlineData("cross-site", null, 403)]
    [InlineData("cross-site", "own", 403)]
    [InlineData(null, "own", 200)]
    [InlineData(null, "https://evil.example", 403)]
    [InlineData(null, "null", 403)]
    [InlineData(null, null, 403)]
    public async Task A_cookie_counts_only_from_our_own_page(string? site, string? origin, int status)
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite);
        var cookie = await SignIn(clinic);

        var answer = await Refresh(clinic, cookie, site, origin == "own" ? clinic.Address.TrimEnd('/') : origin);

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_cookie_without_the_browser_header_counts_for_nothing()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite);
        var cookie = await SignIn(clinic);

        var answer = await clinic.Send(HttpMethod.Post, "/api/auth/refresh", new { }, change: request =>
        {
            request.Headers.Add("Cookie", cookie);
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
        });

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task The_cookie_is_rotated_and_taken_back_at_sign_out_or_when_it_is_dead()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite);
        var first = await SignIn(clinic);

        var second = (await Refresh(clinic, first, "same-origin")).Cookies.Single().Split(';')[0];
        Assert.NotEqual(first, second);
        var signedOut = await Send(clinic, "/api/auth/logout", second, "same-origin");
        Assert.Equal(204, signedOut.Status);
        Assert.Contains("expires=Thu, 01 Jan 1970", Assert.Single(signedOut.Cookies), StringComparison.Ordinal);
        var dead = await Refresh(clinic, second, "same-origin");
        Assert.Equal(401, dead.Status);
        Assert.Contains("expires=Thu, 01 Jan 1970", Assert.Single(dead.Cookies), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_site_cannot_sign_a_browser_out()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite);
        var cookie = await SignIn(clinic);

        Assert.Equal(403, (await Send(clinic, "/api/auth/logout", cookie, "cross-site")).Status);
        Assert.Equal(200, (await Refresh(clinic, cookie, "same-origin")).Status);
    }

    [Fact]
    public async Task The_patient_door_has_a_cookie_of_its_own_path()
    {
        await using var clinic = await TestClinic.Open(Engine.Sqlite);
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");

        var login = await clinic.Login("pat@example.org", path: "/api/patient-portal/auth/login", browser: true);

        Assert.All(login.Cookies, cookie => Assert.Contains("; path=/api/patient-portal/auth;", cookie, StringComparison.Ordinal));
        Assert.Equal(200, (await Send(clinic, "/api/patient-portal/auth/refresh", login.Cookie("vagus-refresh"), "same-origin")).Status);
    }

    private static async Task<string> SignIn(TestClinic clinic)
    {
        await clinic.AddUser("ann@example.org");
        return (await clinic.Login("ann@example.org", browser: true)).Cookie("vagus-refresh");
    }

    private static Task<Answer> Refresh(TestClinic clinic, string cookie, string? site, string? origin = null) =>
        Send(clinic, "/api/auth/refresh", cookie, site, origin);

    private static Task<Answer> Send(TestClinic clinic, string path, string cookie, string? site, string? origin = null) =>
        clinic.Send(HttpMethod.Post, path, browser: true, change: request =>
        {
            request.Headers.Add("Cookie", cookie);
            if (site is not null) request.Headers.Add("Sec-Fetch-Site", site);
            if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        });
}

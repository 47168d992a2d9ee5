using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Identity.OAuth;
using Vagus.Kernel;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>An application and the browser of one person, who goes through the pages as a browser would: form by form.</summary>
internal sealed partial class Launching(TestClinic clinic, RegisteredApp app)
{
    public const string Redirect = "https://app.example/back";
    public const string Fhir = "http://localhost:3000/fhir";
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private string? cookie;

    public RegisteredApp App => app;

    /// <summary>The browser's, once it has opened a page.</summary>
    public string? Cookie => cookie;

    public static async Task<Launching> Register(
        TestClinic clinic, string scopes, string type = "public", TenantId? tenant = null, string? launchUrl = null)
    {
        var app = new NewApp("Growth Chart", type, scopes) { RedirectUris = [Redirect], LaunchUrl = launchUrl };
        return new Launching(clinic, (await clinic.Get<Apps>().Add(tenant ?? TestClinic.North, app, by: null, default)).Value);
    }

    public Dictionary<string, string?> Parameters(string scope) => new(StringComparer.Ordinal)
    {
        ["response_type"] = "code",
        ["client_id"] = app.ClientId,
        ["redirect_uri"] = Redirect,
        ["scope"] = scope,
        ["state"] = "s-1234567890",
        ["aud"] = Fhir,
        ["code_challenge"] = RedeemCode.ChallengeOf(Verifier),
        ["code_challenge_method"] = "S256",
    };

    /// <summary>The first page, or where the browser is sent.</summary>
    public async Task<Step> Begin(string scope, params (string Name, string? Value)[] changes)
    {
        var parameters = Parameters(scope);
        foreach (var (name, value) in changes)
        {
            if (value is null) parameters.Remove(name);
            else parameters[name] = value;
        }

        return await Send(HttpMethod.Get, QueryHelpers.AddQueryString("/oauth/authorize", parameters), []);
    }

    public Task<Step> SignIn(Step page, string email, string door = "staff", string password = TestClinic.Password) =>
        Submit(page, "/oauth/authorize/sign-in", ("door", door), ("email", email), ("password", password));

    /// <summary>Consents to everything that is offered but for these, and to offline access where it is named.</summary>
    public Task<Step> Consent(Step page, bool offline = false, params string[] without) => Submit(
        page, "/oauth/authorize/consent",
        [("decision", "allow"), .. page.Boxes.Where(box => !without.Contains(box.Scope) && (box.Ticked || offline))
            .Select(box => ($"scope:{box.Scope}", "1"))]);

    public Task<Step> Submit(Step page, string action, params (string Name, string Value)[] fields) =>
        Send(HttpMethod.Post, action, [("authorization", page.Sealed ?? ""), .. fields]);

    /// <summary>From the first page to the code, for somebody who has nothing to choose.</summary>
    public async Task<Step> Through(string scope, string email, string door, bool offline = false, params (string, string?)[] changes)
    {
        var consent = await SignIn(await Begin(scope, changes), email, door);
        return await Consent(consent, offline);
    }

    public Task<Answer> Redeem(Step back, params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["grant_type"] = "authorization_code",
            ["code"] = back.Query("code"),
            ["redirect_uri"] = Redirect,
            ["client_id"] = app.ClientId,
            ["client_secret"] = app.ClientSecret,
            ["code_verifier"] = Verifier,
        };
        foreach (var (name, value) in changes) form[name] = value;
        return BackendApp.Post(clinic, "/oauth/token", [.. form.Select(pair => (pair.Key, pair.Value))]);
    }

    public Task<Answer> Refresh(string token, params (string Name, string? Value)[] changes)
    {
        var form = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = token,
            ["client_id"] = app.ClientId,
            ["client_secret"] = app.ClientSecret,
        };
        foreach (var (name, value) in changes) form[name] = value;
        return BackendApp.Post(clinic, "/oauth/token", [.. form.Select(pair => (pair.Key, pair.Value))]);
    }

    public Task<Answer> Ask(string path, string token) => BackendApp.Post(
        clinic, path, ("token", token), ("client_id", app.ClientId), ("client_secret", app.ClientSecret));

    /// <summary>Another browser: it has none of the cookies.</summary>
    public void ForgetCookies() => cookie = null;

    private async Task<Step> Send(HttpMethod method, string path, (string Name, string Value)[] form)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(method, new Uri(new Uri(clinic.Address), path));
        if (method == HttpMethod.Post)
            request.Content = new FormUrlEncodedContent(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        using var response = await http.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var set)) cookie = set.Single().Split(';')[0];
        var text = await response.Content.ReadAsStringAsync();
        var onwards = response.Headers.Location?.OriginalString ?? Match(Refreshing(), text);
        return new Step((int)response.StatusCode, text, onwards)
        {
            Sealed = Match(SealedState(), text),
            Problem = Match(ProblemCode(), text),
            Boxes = [.. Box().Matches(text).Select(box =>
                (WebUtility.HtmlDecode(box.Groups["scope"].Value), box.Groups["ticked"].Value.Length > 0))],
        };
    }

    private static string? Match(Regex pattern, string text) =>
        pattern.Match(text) is { Success: true } found ? WebUtility.HtmlDecode(found.Groups["text"].Value) : null;

    [GeneratedRegex("name=\"authorization\" value=\"(?<text>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex SealedState();

    [GeneratedRegex("data-code=\"(?<text>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex ProblemCode();

    [GeneratedRegex("content=\"0;url=(?<text>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Refreshing();

    [GeneratedRegex("name=\"scope:(?<scope>[^\"]+)\" value=\"1\"(?<ticked> checked)?", RegexOptions.None, 1000)]
    private static partial Regex Box();
}

/// <summary>What the browser shows, or where it is sent.</summary>
internal sealed record Step(int Status, string Text, string? Onwards)
{
    public string? Sealed { get; init; }

    public string? Problem { get; init; }

    public IReadOnlyList<(string Scope, bool Ticked)> Boxes { get; init; } = [];

    public string? Query(string name) => Onwards is null
        ? null : QueryHelpers.ParseQuery(new Uri(Onwards).Query).TryGetValue(name, out var value) ? value.ToString() : null;
}

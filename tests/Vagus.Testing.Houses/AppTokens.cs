using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Identity.Administration;
using Vagus.Identity.OAuth;
using Vagus.Kernel;
using Xunit;

namespace Vagus.Testing;

/// <summary>
/// Real tokens with scopes, of one tenant: of Backend Services by assertion, and of people's applications through the pages.
/// </summary>
public sealed partial class AppTokens(House house, TenantId tenant)
{
    private const string Redirect = "https://app.example/back";
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private int people;

    public async Task<string> OfService(string scopes) => await TokenOf(await AddService(scopes), scopes);

    /// <summary>Registers an application that acts for itself.</summary>
    public async Task<ServiceApp> AddService(string scopes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var jwks = JsonSerializer.Serialize(new
        {
            keys = new[]
            {
                new
                {
                    kty = "EC", crv = "P-384", kid = "k", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y),
                },
            },
        });
        var app = await Register(new NewApp("Export", "confidential-asymmetric", scopes) { Jwks = jwks });
        return new ServiceApp(app, key.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>A token by another assertion.</summary>
    public async Task<string> TokenOf(ServiceApp service, string scopes)
    {
        using var key = ECDsa.Create(service.Key);
        var app = service.Id;
        var until = house.Get<TimeProvider>().GetUtcNow().AddMinutes(3).ToUnixTimeSeconds();
        var signed = Encode("""{"alg":"ES384","typ":"JWT","kid":"k"}""") + "." + Encode(JsonSerializer.Serialize(new
        {
            iss = app, sub = app, aud = "http://localhost:3000/oauth/token", exp = until, jti = house.Get<IdSource>().NewId(),
        }));
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var tokens = await Token(
            ("grant_type", "client_credentials"), ("scope", scopes),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", $"{signed}.{Base64Url.EncodeToString(signature)}"));
        return tokens.Access;
    }

    /// <param name="role">Of the user, who is new.</param>
    /// <param name="scopes">What the application asks for and the user grants.</param>
    /// <param name="patient">The user's own for the role patient; for staff the one that is chosen.</param>
    /// <param name="practitioner">The user's own Practitioner.</param>
    public async Task<string> OfUser(Role role, string scopes, string? patient = null, string? practitioner = null)
    {
        var email = await AddUser(role, patient, practitioner);
        return (await Authorize(await AddApp(scopes), scopes, (email, role), patient)).Access;
    }

    /// <summary>Adds a user, and answers the address.</summary>
    public async Task<string> AddUser(Role role, string? patient = null, string? practitioner = null)
    {
        var email = $"app{people++}@example.org";
        var user = new NewUser(tenant, email, "Somebody", role)
        {
            Practitioner = practitioner,
            Patient = role == Role.Patient ? new PatientId(patient!) : null,
            SeesLabels = role != Role.Patient ? Sensitivity.All : Sensitivity.None,
        };
        await house.Add(user);
        return email;
    }

    /// <summary>Registers an application that acts for people.</summary>
    public Task<string> AddApp(string scopes) => Register(new NewApp("Chart", "public", scopes) { RedirectUris = [Redirect] });

    /// <param name="app">Its client id.</param>
    /// <param name="scopes">What it asks for and the user grants.</param>
    /// <param name="user">The user's address and role.</param>
    /// <param name="patient">The patient that staff choose; null: none is.</param>
    public async Task<UserTokens> Authorize(string app, string scopes, (string Email, Role Role) user, string? patient = null) =>
        await Token(
            ("grant_type", "authorization_code"), ("code", await Code(app, scopes, user.Email, user.Role, patient)),
            ("redirect_uri", Redirect), ("client_id", app), ("code_verifier", Verifier));

    public Task<UserTokens> Refresh(string app, string refresh) =>
        Token(("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", app));

    /// <summary>Gives the token back, and with it what was authorized.</summary>
    public async Task Revoke(string app, string token)
    {
        using var content = Form([("token", token), ("client_id", app)]);
        using var response = await house.Http.PostAsync(new Uri(house.Address, "/oauth/revoke"), content);
        Assert.True(response.IsSuccessStatusCode, $"{response.StatusCode}");
    }

    private async Task<string> Register(NewApp app) =>
        (await house.Get<Apps>().Add(tenant, app, by: null, CancellationToken.None)).Value.ClientId;

    private async Task<string> Code(string app, string scopes, string email, Role role, string? patient)
    {
        var (page, cookie) = await Page(HttpMethod.Get, QueryHelpers.AddQueryString("/oauth/authorize", new Dictionary<string, string?>
        {
            ["response_type"] = "code", ["client_id"] = app, ["redirect_uri"] = Redirect, ["scope"] = scopes, ["state"] = "s",
            ["aud"] = "http://localhost:3000/fhir", ["code_challenge_method"] = "S256",
            ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        }), null, []);
        (page, _) = await Page(HttpMethod.Post, "/oauth/authorize/sign-in", cookie,
            [("authorization", Sealed(page)), ("door", role == Role.Patient ? "patient" : "staff"), ("email", email), ("password", House.Password)]);
        if (role != Role.Patient && patient is not null)
        {
            (page, _) = await Page(
                HttpMethod.Post, "/oauth/authorize/patient", cookie, [("authorization", Sealed(page)), ("patient", patient)]);
        }

        (page, _) = await Page(
            HttpMethod.Post, "/oauth/authorize/consent", cookie,
            [("authorization", Sealed(page)), ("decision", "allow"), .. scopes.Split(' ').Select(scope => ($"scope:{scope}", "1"))]);
        return QueryHelpers.ParseQuery(new Uri(WebUtility.HtmlDecode(Onwards().Match(page).Groups["url"].Value)).Query)["code"].ToString();
    }

    private async Task<(string Page, string? Cookie)> Page(
        HttpMethod method, string path, string? cookie, (string Name, string Value)[] form)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(method, new Uri(house.Address, path));
        if (method == HttpMethod.Post) request.Content = Form(form);
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.Headers.Location} {text}");
        return (text, response.Headers.TryGetValues("Set-Cookie", out var set) ? set.Single().Split(';')[0] : null);
    }

    private async Task<UserTokens> Token(params (string Name, string Value)[] form)
    {
        using var content = Form(form);
        using var response = await house.Http.PostAsync(new Uri(house.Address, "/oauth/token"), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        var answer = JsonElement.Parse(text);
        return new UserTokens(
            answer.GetProperty("access_token").GetString()!,
            answer.TryGetProperty("refresh_token", out var refresh) ? refresh.GetString() : null);
    }

    private static FormUrlEncodedContent Form((string Name, string Value)[] form) =>
        new(form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    private static string Sealed(string page) => State().Match(page).Groups["state"].Value;

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    [GeneratedRegex("name=\"authorization\" value=\"(?<state>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex State();

    [GeneratedRegex("content=\"0;url=(?<url>[^\"]+)\"", RegexOptions.None, 1000)]
    private static partial Regex Onwards();
}

/// <summary>An application that acts for itself, and its key.</summary>
public sealed record ServiceApp(string Id, ECParameters Key);

/// <summary>What an application was given.</summary>
public sealed record UserTokens(string Access, string? Refresh);

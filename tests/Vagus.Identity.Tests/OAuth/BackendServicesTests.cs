using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Identity.OAuth;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>SMART Backend Services: an application by its own key, line by line of the checks of an assertion.</summary>
public abstract class BackendServicesTests(Engine engine)
{
    [Theory]
    [InlineData("RS384")]
    [InlineData("ES384")]
    [InlineData("ES256")]
    public async Task A_signed_assertion_gives_a_token_of_five_minutes_without_a_refresh_token(string algorithm)
    {
        await using var clinic = await Open();
        using var app = new BackendApp(algorithm);
        await app.Register(clinic);

        var answer = await app.Ask(clinic);

        Assert.Equal(200, answer.Status);
        var token = answer.Json.GetProperty("access_token").GetString();
        Assert.Equal("Bearer", answer.Json.GetProperty("token_type").GetString());
        Assert.Equal(300, answer.Json.GetProperty("expires_in").GetInt32());
        Assert.Equal("system/Observation.rs", answer.Json.GetProperty("scope").GetString());
        Assert.False(answer.Json.TryGetProperty("refresh_token", out _));
        Assert.Equal($"{app.ClientId} r", (await clinic.Get("/scoped", token)).Text);
        Assert.Equal(403, (await clinic.Get("/caller", token)).Status);
        clinic.Clock.Advance(TimeSpan.FromMinutes(6) + TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await clinic.Get("/scoped", token)).Status);
    }

    [Fact]
    public async Task The_account_of_an_application_is_given_no_secret_of_its_own()
    {
        await using var clinic = await Open();
        using var app = new BackendApp("ES384");
        await app.Register(clinic);
        await clinic.AddUser("boss@example.org", Role.Admin);
        var boss = (await clinic.Login("boss@example.org")).AccessToken;

        var asked = await clinic.Send(HttpMethod.Post, $"/api/admin/service-accounts/{app.ClientId}/secrets", new { }, boss);

        Assert.Equal((404, "service_not_found"), (asked.Status, asked.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task An_assertion_counts_once_and_of_many_at_the_same_moment_one()
    {
        await using var clinic = await Open();
        await using var second = await TestClinic.Open(engine, besides: clinic, map: MapScoped);
        using var app = new BackendApp("ES384");
        await app.Register(clinic);
        var assertion = app.Assertion(clinic);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(number => app.Ask(number % 2 == 0 ? clinic : second, assertion: assertion)));

        Assert.Single(answers, answer => answer.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal((401, "invalid_client"), Error(answer)));
    }

    public static TheoryData<string, string?> WrongClaims => new()
    {
        { "iss", "\"somebody\"" },
        { "sub", "\"somebody\"" },
        { "sub", null },
        { "iss", null },
        { "aud", "\"http://localhost:3000/oauth/token/\"" },
        { "aud", "\"http://localhost:3000\"" },
        { "aud", """["http://localhost:3000/oauth/token","https://other.example/token"]""" },
        { "aud", null },
        { "exp", "1772352311" },
        { "exp", "1772352000" },
        { "exp", "1772351000" },
        { "exp", "1.7723523e9" },
        { "exp", null },
        { "nbf", "1772352400" },
        { "iat", "1772352400" },
        { "jti", null },
        { "jti", "\"\"" },
        { "jti", "7" },
    };

    [Fact]
    public async Task A_claim_that_is_wrong_is_refused()
    {
        await using var clinic = await Open();
        foreach (var row in WrongClaims)
        {
            // An application of its own each time: failures of one are slowed down.
            using var app = new BackendApp("ES384");
            await app.Register(clinic);
            var (name, json) = row.Data;
            var begin = DateTimeOffset.FromUnixTimeSeconds(1772352000) + TimeSpan.FromSeconds(json == "1772352000" ? 10 : 0);
            clinic.Clock.Advance(begin - clinic.Clock.GetUtcNow());

            var refused = await app.Ask(clinic, assertion: app.Assertion(clinic, (name, json)));

            Assert.True(refused.Status == 401 && Error(refused).Error == "invalid_client", $"{name} {json}: {refused.Text}");
            Assert.Equal(200, (await app.Ask(clinic)).Status);
        }
    }

    public static TheoryData<string> WrongHeaders =>
    [
        """{"alg":"none","typ":"JWT","kid":"first"}""",
        """{"alg":"HS384","typ":"JWT","kid":"first"}""",
        """{"alg":"RS384","typ":"JWT","kid":"first"}""",
        """{"alg":"ES256","typ":"JWT","kid":"first"}""",
        """{"alg":"es384","typ":"JWT","kid":"first"}""",
        """{"alg":"ES384","typ":"at+jwt","kid":"first"}""",
        """{"alg":"ES384","kid":"first"}""",
        """{"alg":"ES384","typ":"JWT"}""",
        """{"alg":"ES384","typ":"JWT","kid":"other"}""",
        """{"alg":"ES384","typ":"JWT","kid":"first","jku":"https://attacker.example/keys"}""",
        """{"alg":"ES384","typ":"JWT","kid":"first","crit":["exp"]}""",
    ];

    [Fact]
    public async Task A_header_that_is_wrong_is_refused()
    {
        await using var clinic = await Open();
        foreach (var row in WrongHeaders)
        {
            using var app = new BackendApp("ES384");
            await app.Register(clinic);

            Assert.Equal((401, "invalid_client"), Error(await app.Ask(clinic, assertion: app.Assertion(clinic, row.Data))));
        }
    }

    [Fact]
    public async Task A_key_of_somebody_else_and_two_keys_of_one_id_are_refused()
    {
        await using var clinic = await Open();
        using var app = new BackendApp("ES384");
        using var other = new BackendApp("ES384");
        await app.Register(clinic, jwks: $$"""{"keys":[{{other.Jwk("first")}},{{app.Jwk("second")}}]}""");
        Assert.Equal((401, "invalid_client"), Error(await app.Ask(clinic)));

        await app.Register(clinic, jwks: $$"""{"keys":[{{app.Jwk("first")}},{{other.Jwk("first")}},{{app.Jwk("third")}}]}""");
        Assert.Equal((401, "invalid_client"), Error(await app.Ask(clinic)));
    }

    [Theory]
    [InlineData("system/Patient.rs", "invalid_scope")]
    [InlineData("patient/Observation.rs", "invalid_scope")]
    [InlineData("user/Observation.rs", "invalid_scope")]
    [InlineData("system/Observation.sr", "invalid_scope")]
    [InlineData("system/Observation.rs?_text=x", "invalid_scope")]
    [InlineData("system/Observation.rs?category:not=x", "invalid_scope")]
    [InlineData("openid offline_access", "invalid_scope")]
    [InlineData("", "invalid_scope")]
    public async Task Scopes_that_cannot_be_granted_are_refused(string scope, string error)
    {
        await using var clinic = await Open();
        using var app = new BackendApp("ES384");
        await app.Register(clinic);

        Assert.Equal((400, error), Error(await app.Ask(clinic, scope)));
    }

    [Theory]
    [InlineData("system/*.cruds", "system/Observation.rs", "system/Observation.rs")]
    [InlineData("system/*.rs", "system/Observation.cruds system/Condition.rs", "system/Observation.rs system/Condition.rs")]
    [InlineData("system/Observation.rs", "system/*.read", "system/Observation.rs")]
    [InlineData("system/Observation.rs?category=laboratory", "system/Observation.rs", "system/Observation.rs?category=laboratory")]
    [InlineData("system/Observation.rs", "system/Observation.rs?code=a", "system/Observation.rs?code=a")]
    [InlineData(
        "system/Observation.rs?category=laboratory", "system/Observation.rs?code=a&code=a",
        "system/Observation.rs?code=a&category=laboratory")]
    [InlineData("system/Observation.rs", "system/Observation.read", "system/Observation.read")]
    public async Task Scopes_are_cut_down_to_what_is_registered(string registered, string asked, string granted)
    {
        await using var clinic = await Open();
        using var app = new BackendApp("ES384");
        await app.Register(clinic, registered);

        Assert.Equal(granted, (await app.Ask(clinic, asked)).Json.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Requests_that_are_malformed_are_refused()
    {
        await using var clinic = await Open();
        using var app = new BackendApp("ES384");
        await app.Register(clinic);

        Assert.Equal((400, "invalid_request"), Error(await BackendApp.Post(clinic, "/oauth/token", ("grant_type", "a"), ("grant_type", "b"))));
        Assert.Equal((401, "invalid_client"), Error(await BackendApp.Post(clinic, "/oauth/token", ("grant_type", "client_credentials"))));
        Assert.Equal((400, "invalid_request"), Error(await clinic.Send(HttpMethod.Post, "/oauth/token", new { grant_type = "x" })));
        Assert.Equal(
            (400, "unsupported_grant_type"),
            Error(await BackendApp.Post(clinic, "/oauth/token", ("grant_type", "password"), ("client_assertion_type", CheckAssertion.Type),
                ("client_assertion", app.Assertion(clinic)))));
        Assert.Equal(
            (401, "invalid_client"),
            Error(await BackendApp.Post(clinic, "/oauth/token", ("grant_type", "client_credentials"), ("client_assertion_type", "jwt"),
                ("client_assertion", app.Assertion(clinic)))));
        Assert.Equal(
            (401, "invalid_client"),
            Error(await BackendApp.Post(clinic, "/oauth/token", ("client_id", "other"), ("grant_type", "client_credentials"),
                ("client_assertion_type", CheckAssertion.Type), ("client_assertion", app.Assertion(clinic)))));
    }

    [Fact]
    public async Task A_disabled_application_gets_nothing_and_its_tokens_die()
    {
        await using var clinic = await Open();
        using var app = new BackendApp("ES384");
        await app.Register(clinic);
        var token = (await app.Ask(clinic)).Json.GetProperty("access_token").GetString();

        Assert.Equal("app_not_found", (await clinic.Get<Apps>().Disable(TestClinic.South, app.ClientId, true, null, default)).Refusal?.Code);
        Assert.Equal(200, (await clinic.Get("/scoped", token)).Status);
        Assert.False((await clinic.Get<Apps>().Disable(TestClinic.North, app.ClientId, true, null, default)).IsRefused);

        Assert.Equal(401, (await clinic.Get("/scoped", token)).Status);
        Assert.Equal((401, "invalid_client"), Error(await app.Ask(clinic)));
        await clinic.Get<Apps>().Disable(TestClinic.North, app.ClientId, false, null, default);
        Assert.Equal(401, (await clinic.Get("/scoped", token)).Status);
        Assert.Equal(200, (await app.Ask(clinic)).Status);
    }

    [Fact]
    public async Task Keys_are_fetched_from_the_registered_address_and_not_from_the_own_network_unless_the_operator_says_so()
    {
        using var app = new BackendApp("ES384");
        await using var clinic = await TestClinic.Open(
            engine, new IdentityOptions { PasswordIterations = 10, AppKeysOnPrivateNetwork = true },
            map: endpoints =>
            {
                MapScoped(endpoints);
                endpoints.MapGet("/their-keys", () => Results.Text(app.Jwks)).AllowAnyone("the test").AuditsNothing("the test");
            });
        await app.Register(clinic);
        var registered = await clinic.Get<Apps>().Add(
            TestClinic.North,
            new NewApp("By address", "confidential-asymmetric", "system/Observation.rs") { JwksUrl = $"{clinic.Address}/their-keys" },
            by: null, default);
        var id = $"\"{registered.Value.ClientId}\"";

        Assert.Equal(200, (await app.Ask(clinic, assertion: app.Assertion(clinic, ("iss", id), ("sub", id)))).Status);
        await using var guarded = await TestClinic.Open(engine, besides: clinic);
        Assert.Equal(401, (await app.Ask(guarded, assertion: app.Assertion(clinic, ("iss", id), ("sub", id)))).Status);
        var refused = await guarded.Get<Apps>().Add(
            TestClinic.North, new NewApp("X", "confidential-asymmetric", "system/Observation.rs") { JwksUrl = "http://127.0.0.1:1/k" },
            by: null, default);
        Assert.Equal("invalid_field", refused.Refusal?.Code);
    }

    private Task<TestClinic> Open() => TestClinic.Open(engine, map: MapScoped);

    /// <summary>An endpoint as those of the FHIR room: it takes scopes and says what they let through.</summary>
    internal static void MapScoped(Microsoft.AspNetCore.Routing.IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        "/scoped",
        (HttpContext context) => $"{context.Caller().User} "
            + (context.Reach().May(Vagus.Access.Authorization.ResourceInteractions.Read, "Observation") ? "r" : ""))
        .RequireCaller().AcceptScopes().AuditsNothing("the test");

    private static (int Status, string? Error) Error(Answer answer) => (answer.Status, answer.Json.GetProperty("error").GetString());
}

public sealed class BackendServicesOnSqlite() : BackendServicesTests(Engine.Sqlite);

public sealed class BackendServicesOnPostgres() : BackendServicesTests(Engine.Postgres);

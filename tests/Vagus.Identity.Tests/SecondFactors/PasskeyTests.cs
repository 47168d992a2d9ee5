using System.Text.Json;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SecondFactors;

public abstract class PasskeyTests(Engine engine)
{
    [Fact]
    public async Task A_passkey_completes_a_sign_in_and_is_listed()
    {
        await using var clinic = await TestClinic.Open(engine);
        using var key = new SoftAuthenticator();
        await EnrolAnn(clinic, key);

        var owed = await clinic.Login("ann@example.org");
        var login = await Complete(clinic, owed, key);

        Assert.True(login.Status == 200, login.Text);
        var items = (await clinic.Get("/api/auth/factors", login.AccessToken)).Json.GetProperty("items");
        Assert.Equal("passkey", items[0].GetProperty("kind").GetString());
        Assert.Equal("required", owed.Json.GetProperty("passkeyOptions").GetProperty("userVerification").GetString());
    }

    [Fact]
    public async Task An_authenticator_that_did_not_verify_its_user_is_refused()
    {
        await using var clinic = await TestClinic.Open(engine);
        using var key = new SoftAuthenticator();
        await EnrolAnn(clinic, key);
        key.VerifiesUser = false;

        Assert.Equal("invalid_factor", (await Complete(clinic, await clinic.Login("ann@example.org"), key)).Code);
    }

    [Fact]
    public async Task A_counter_that_does_not_grow_shows_a_copy_and_is_refused()
    {
        await using var clinic = await TestClinic.Open(engine);
        using var key = new SoftAuthenticator { Count = 10 };
        await EnrolAnn(clinic, key);
        key.Count = 5;

        Assert.Equal("invalid_factor", (await Complete(clinic, await clinic.Login("ann@example.org"), key)).Code);
    }

    [Theory]
    [InlineData("https://evil.example", null)]
    [InlineData("http://localhost:3001", null)]
    [InlineData("http://localhost:3000", "evil.example")]
    public async Task Only_the_configured_origin_and_relying_party_are_taken_whatever_the_request_says(string origin, string? party)
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var session = (await clinic.Login("ann@example.org")).AccessToken;
        using var key = new SoftAuthenticator { Origin = origin, RelyingParty = party };

        var offer = await clinic.Send(
            HttpMethod.Post, "/api/auth/factors/passkeys/options", bearer: session, change: request => request.Headers.Host = "evil.example");
        var passkey = key.Register(offer.Json.GetProperty("options"));
        var registered = await clinic.Post("/factors/passkeys", new { challenge = offer.Challenge(), passkey }, session);

        Assert.Equal("localhost", offer.Json.GetProperty("options").GetProperty("rp").GetProperty("id").GetString());
        Assert.Equal("invalid_factor", registered.Code);
    }

    [Fact]
    public async Task A_passkey_is_of_its_user_and_its_signature_of_its_challenge()
    {
        await using var clinic = await TestClinic.Open(engine);
        using var hers = new SoftAuthenticator();
        using var his = new SoftAuthenticator();
        using var elsewhere = new SoftAuthenticator();
        await EnrolAnn(clinic, hers);
        await clinic.AddUser("bob@example.org");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        await clinic.EnrolPasskey(his, (await clinic.Login("bob@example.org")).AccessToken);
        await clinic.EnrolPasskey(elsewhere, (await clinic.Login("sue@example.org")).AccessToken);

        foreach (var (other, key) in new[] { ("bob@example.org", his), ("sue@example.org", elsewhere) })
        {
            Assert.Equal("invalid_factor", (await Complete(clinic, await clinic.Login("ann@example.org"), key)).Code);
            Assert.Equal("invalid_factor", (await Complete(clinic, await clinic.Login(other), hers)).Code);
        }

        var signed = hers.Sign((await clinic.Login("ann@example.org")).Json.GetProperty("passkeyOptions"));
        var another = (await clinic.Login("ann@example.org")).Challenge();
        Assert.Equal("invalid_factor", (await clinic.Post("/login/second-factor", new { challenge = another, passkey = signed })).Code);
    }

    [Fact]
    public async Task A_registration_belongs_to_the_session_that_began_it_and_to_no_second_user()
    {
        await using var clinic = await TestClinic.Open(engine);
        using var key = new SoftAuthenticator();
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("bob@example.org");
        var ann = (await clinic.Login("ann@example.org")).AccessToken;
        var bob = (await clinic.Login("bob@example.org")).AccessToken;
        var begun = await clinic.Post("/factors/passkeys/options", bearer: ann);
        var passkey = key.Register(begun.Json.GetProperty("options"));

        Assert.Equal("invalid_challenge", (await clinic.Post("/factors/passkeys", new { challenge = begun.Challenge(), passkey }, bob)).Code);
        Assert.Equal(200, (await clinic.Post("/factors/passkeys", new { challenge = begun.Challenge(), passkey }, ann)).Status);
        var his = await clinic.Post("/factors/passkeys/options", bearer: bob);
        var same = key.Register(his.Json.GetProperty("options"));
        Assert.Equal("passkey_registered", (await clinic.Post("/factors/passkeys", new { challenge = his.Challenge(), passkey = same }, bob)).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"AA","rawId":"AA","type":"public-key","response":{}}""")]
    [InlineData("""{"id":"!","rawId":"!","type":"x","response":{"clientDataJSON":"e30","attestationObject":"oA","signature":"","authenticatorData":""}}""")]
    [InlineData("""{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA","signature":"AA","authenticatorData":"AA"}}""")]
    public async Task Nonsense_is_refused_and_is_no_error(string json)
    {
        await using var clinic = await TestClinic.Open(engine);
        using var key = new SoftAuthenticator();
        var session = await EnrolAnn(clinic, key);
        var begun = await clinic.Post("/factors/passkeys/options", bearer: session);
        var owed = await clinic.Login("ann@example.org");
        var passkey = JsonElement.Parse(json);

        var registered = await clinic.Post("/factors/passkeys", new { challenge = begun.Challenge(), passkey }, session);
        var completed = await clinic.Post("/login/second-factor", new { challenge = owed.Challenge(), passkey });

        Assert.Equal(["invalid_factor", "invalid_factor"], new[] { registered.Code, completed.Code });
    }

    private static async Task<string> EnrolAnn(TestClinic clinic, SoftAuthenticator key)
    {
        await clinic.AddUser("ann@example.org");
        var session = (await clinic.Login("ann@example.org")).AccessToken;
        Assert.Equal(10, (await clinic.EnrolPasskey(key, session)).Length);
        return session;
    }

    private static Task<Answer> Complete(TestClinic clinic, Answer owed, SoftAuthenticator key) => clinic.Post(
        "/login/second-factor", new { challenge = owed.Challenge(), passkey = key.Sign(owed.Json.GetProperty("passkeyOptions")) });
}

public sealed class PasskeysOnSqlite() : PasskeyTests(Engine.Sqlite);

public sealed class PasskeysOnPostgres() : PasskeyTests(Engine.Postgres);

using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SecondFactors;

public abstract class StepUpTests(Engine engine)
{
    private static readonly TimeSpan Stale = RequiresFreshSignIn.Window + TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_sign_in_is_fresh_for_five_minutes_and_the_password_makes_it_fresh_again()
    {
        await using var clinic = await Open(engine);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        Assert.Equal(200, (await clinic.Get("/vault", login.AccessToken)).Status);

        clinic.Clock.Advance(Stale);
        var stale = await clinic.Get("/vault", login.AccessToken);
        var wrong = await clinic.Post("/step-up", new { password = "not the password at all" }, login.AccessToken);
        var stepped = await clinic.Post("/step-up", new { password = TestClinic.Password }, login.AccessToken);

        Assert.Equal((401, "fresh_sign_in_required"), (stale.Status, stale.Code));
        Assert.Equal((401, "invalid_credentials"), (wrong.Status, wrong.Code));
        Assert.Equal(200, stepped.Status);
        Assert.Equal(200, (await clinic.Get("/vault", login.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Get("/vault", stepped.AccessToken)).Status);
        clinic.Clock.Advance(Stale);
        Assert.Equal(401, (await clinic.Get("/vault", stepped.AccessToken)).Status);
    }

    [Fact]
    public async Task A_refresh_makes_nothing_fresh_and_another_process_knows_of_a_step_up()
    {
        await using var clinic = await Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic, map: MapVault);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        clinic.Clock.Advance(Stale);

        var refreshed = await clinic.Refresh(login.RefreshToken);
        Assert.Equal(401, (await second.Get("/vault", refreshed.AccessToken)).Status);
        await clinic.Post("/step-up", new { password = TestClinic.Password }, refreshed.AccessToken);

        Assert.Equal(200, (await second.Get("/vault", refreshed.AccessToken)).Status);
    }

    [Fact]
    public async Task Tokens_say_when_and_by_what()
    {
        await using var clinic = await Open(engine);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        var signedIn = clinic.Clock.GetUtcNow().ToUnixTimeSeconds();
        var app = await clinic.EnrolApp(login.AccessToken);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var refreshed = await clinic.Refresh(login.RefreshToken);
        var stepped = await clinic.Post("/step-up", new { code = app.CodeAt(clinic.Clock.GetUtcNow()) }, login.AccessToken);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var owed = await clinic.Login("ann@example.org");
        var both = await clinic.Post(
            "/login/second-factor", new { challenge = owed.Challenge(), code = app.CodeAt(clinic.Clock.GetUtcNow()) });

        Assert.Equal((signedIn, "pwd"), Proof(login));
        Assert.Equal((signedIn, "pwd"), Proof(refreshed));
        Assert.Equal((signedIn + 60, "otp"), Proof(stepped));
        Assert.Equal((signedIn + 120, "pwd otp mfa"), Proof(both));
    }

    [Fact]
    public async Task Where_a_second_factor_is_enrolled_the_password_is_not_enough()
    {
        await using var clinic = await Open(engine);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        using var key = new SoftAuthenticator();
        await clinic.EnrolPasskey(key, login.AccessToken);
        clinic.Clock.Advance(Stale);

        var password = await clinic.Post("/step-up", new { password = TestClinic.Password }, login.AccessToken);
        var asked = await clinic.Post("/step-up/options", bearer: login.AccessToken);
        var passkey = key.Sign(asked.Json.GetProperty("options"));
        var stepped = await clinic.Post("/step-up", new { challenge = asked.Challenge(), passkey }, login.AccessToken);
        var again = await clinic.Post("/step-up", new { challenge = asked.Challenge(), passkey }, login.AccessToken);

        Assert.Equal((401, "second_factor_demanded"), (password.Status, password.Code));
        Assert.Equal(200, stepped.Status);
        Assert.Equal((401, "invalid_challenge"), (again.Status, again.Code));
    }

    [Fact]
    public async Task The_proof_of_one_user_or_session_freshens_no_other()
    {
        await using var clinic = await Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("bob@example.org");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        var (here, there) = (await clinic.Login("ann@example.org"), await clinic.Login("ann@example.org"));
        var others = new[] { await clinic.Login("bob@example.org"), await clinic.Login("sue@example.org") };
        using var key = new SoftAuthenticator();
        await clinic.EnrolPasskey(key, here.AccessToken);
        foreach (var other in others)
        {
            var app = await clinic.EnrolApp(other.AccessToken);
            clinic.Clock.Advance(TimeSpan.FromSeconds(30));
            var code = app.CodeAt(clinic.Clock.GetUtcNow());
            Assert.Equal(401, (await clinic.Post("/step-up", new { code }, here.AccessToken)).Status);
        }

        clinic.Clock.Advance(Stale);
        var asked = await clinic.Post("/step-up/options", bearer: here.AccessToken);
        var passkey = key.Sign(asked.Json.GetProperty("options"));
        foreach (var other in (Answer[])[there, .. others])
        {
            var stepped = await clinic.Post("/step-up", new { challenge = asked.Challenge(), passkey }, other.AccessToken);
            Assert.Equal("invalid_challenge", stepped.Code);
        }

        Assert.Equal(200, (await clinic.Post("/step-up", new { challenge = asked.Challenge(), passkey }, here.AccessToken)).Status);
        foreach (var other in (Answer[])[there, .. others]) Assert.Equal(401, (await clinic.Get("/vault", other.AccessToken)).Status);
    }

    [Theory]
    [InlineData("POST", "/api/auth/factors/totp")]
    [InlineData("POST", "/api/auth/factors/totp/x/confirmation")]
    [InlineData("POST", "/api/auth/factors/passkeys/options")]
    [InlineData("POST", "/api/auth/factors/passkeys")]
    [InlineData("POST", "/api/auth/factors/recovery-codes")]
    [InlineData("DELETE", "/api/auth/factors/x")]
    [InlineData("POST", "/api/admin/users/x/factor-reset")]
    public async Task Every_change_of_factors_demands_it(string method, string path)
    {
        await using var clinic = await Open(engine);
        await clinic.AddUser("ann@example.org", Kernel.Role.Admin);
        var login = await clinic.Login("ann@example.org");
        clinic.Clock.Advance(Stale);

        Assert.Equal("fresh_sign_in_required", (await clinic.Send(new HttpMethod(method), path, new { }, login.AccessToken)).Code);
    }

    private static Task<TestClinic> Open(Engine engine) => TestClinic.Open(engine, map: MapVault);

    private static void MapVault(IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/vault", (HttpContext _) => "open").Require(Policy.AnyCaller).RequireFreshSignIn()
            .AuditsNothing("the test");

    private static (long At, string Methods) Proof(Answer answer)
    {
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(answer.AccessToken.Split('.')[1]);
        var payload = JsonElement.Parse(Encoding.UTF8.GetString(bytes));
        var methods = payload.GetProperty("amr").EnumerateArray().Select(method => method.GetString());
        return (payload.GetProperty("auth_time").GetInt64(), string.Join(' ', methods));
    }
}

public sealed class StepUpOnSqlite() : StepUpTests(Engine.Sqlite);

public sealed class StepUpOnPostgres() : StepUpTests(Engine.Postgres);

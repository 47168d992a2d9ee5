using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tests.OAuth;
using Vagus.Identity.Tests.SecondFactors;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Recovery;

/// <summary>A new password voids what the old one has earned and was not finished.</summary>
public abstract class ChangedPasswordTests(Engine engine)
{
    private const string Ann = "ann@example.org";
    private const string NewPassword = "another long pass phrase";
    private static readonly ClientFacts Client = new("test", "test", "127.0.0.1", "7F0000");

    [Fact]
    public async Task A_sign_in_that_owes_its_second_factor_cannot_be_completed_after_a_reset()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        var app = await clinic.EnrolApp((await clinic.Login(Ann)).AccessToken);
        var owed = await clinic.Login(Ann);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        await Reset(clinic);
        var code = app.CodeAt(clinic.Clock.GetUtcNow());
        var late = await clinic.Post("/login/second-factor", new { challenge = owed.Challenge(), code });
        var anew = (await clinic.Login(Ann, NewPassword)).Challenge();

        Assert.Equal((401, "invalid_challenge"), (late.Status, late.Code));
        Assert.Equal(200, (await clinic.Post("/login/second-factor", new { challenge = anew, code })).Status);
    }

    [Fact]
    public async Task A_sign_in_that_owes_an_enrolment_cannot_be_completed_after_a_reset()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.Set(TestClinic.North, """{ "secondFactor": "staff" }""");
        await clinic.AddUser(Ann);
        var owed = await clinic.Login(Ann);

        await Reset(clinic);
        var late = await clinic.Post("/login/enrolment", new { challenge = owed.Challenge() });

        Assert.Equal((401, "invalid_challenge"), (late.Status, late.Code));
    }

    [Fact]
    public async Task A_password_that_was_changed_after_it_was_compared_opens_no_session_no_challenge_and_does_not_come_back()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        var compared = await Compare(clinic);

        await Reset(clinic);
        var opened = await clinic.Get<SignIn>().Open(compared with { NewHash = compared.User.PasswordHash }, "pwd", Client, default);
        await clinic.Set(TestClinic.North, """{ "secondFactor": "staff" }""");
        var demanded = await clinic.Get<DemandFactor>().Of(compared with { NewHash = compared.User.PasswordHash }, Client, default);
        await clinic.Set(TestClinic.North, "{}");

        Assert.Equal(("invalid_credentials", "invalid_credentials"), (opened.Refusal?.Code, demanded?.Code));
        Assert.Equal(401, (await clinic.Login(Ann)).Status);
        Assert.Equal(200, (await clinic.Login(Ann, NewPassword)).Status);
    }

    [Fact]
    public async Task Of_a_session_and_a_reset_at_the_same_moment_in_two_processes_no_session_is_left()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);
        for (var round = 0; round < 8; round++)
        {
            var email = $"ann{round}@example.org";
            await clinic.AddUser(email);
            var compared = await Compare(clinic, email);
            var token = await Token(clinic, email);

            var opening = Task.Run(async () => await clinic.Get<SignIn>().Open(compared, "pwd", Client, default));
            var reset = second.Send(HttpMethod.Post, "/api/auth/reset-password", new { token, password = NewPassword });
            await Task.WhenAll(opening, reset);

            Assert.Equal(204, (await reset).Status);
            var opened = await opening;
            if (!opened.IsRefused) Assert.Equal(401, (await second.Get("/caller", opened.Value.AccessToken)).Status);
        }
    }

    [Fact]
    public async Task An_authorization_that_was_begun_with_the_old_password_gives_no_code_and_its_code_no_tokens()
    {
        await using var clinic = await TestClinic.Open(engine);
        var app = await Launching.Register(clinic, "user/Observation.rs");
        await clinic.AddUser(Ann);
        var consent = await app.SignIn(await app.Begin("user/Observation.rs"), Ann);
        var back = await app.Through("user/Observation.rs", Ann, "staff");

        await Reset(clinic);
        var late = await app.Consent(consent);
        var tokens = await app.Redeem(back);

        Assert.Equal((null, "access_denied"), (late.Query("code"), late.Query("error")));
        Assert.Equal((400, "invalid_grant"), (tokens.Status, tokens.Json.GetProperty("error").GetString()));
    }

    private static async Task<ProvenUser> Compare(TestClinic clinic, string email = Ann)
    {
        var proven = await clinic.Get<CheckPassword>().Check(
            Door.Staff, new Credentials(email, TestClinic.Password, TestClinic.North.Value), Client, default);
        return proven.Value;
    }

    private static async Task<string> Token(TestClinic clinic, string email)
    {
        await clinic.Send(HttpMethod.Post, "/api/auth/forgot-password", new { email });
        return await clinic.Mails.NextToken(email);
    }

    private static async Task Reset(TestClinic clinic)
    {
        var body = new { token = await Token(clinic, Ann), password = NewPassword };
        Assert.Equal(204, (await clinic.Send(HttpMethod.Post, "/api/auth/reset-password", body)).Status);
    }
}

public sealed class ChangedPasswordsOnSqlite() : ChangedPasswordTests(Engine.Sqlite);

public sealed class ChangedPasswordsOnPostgres() : ChangedPasswordTests(Engine.Postgres);

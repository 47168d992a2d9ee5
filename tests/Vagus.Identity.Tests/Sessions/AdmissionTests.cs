using Vagus.Access.Sessions;
using Vagus.Identity.Keys;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Sessions;

public abstract class AdmissionTests(Engine engine)
{
    [Fact]
    public async Task Only_a_bearer_header_admits()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var token = (await clinic.Login("ann@example.org")).AccessToken;

        Assert.Equal(200, (await clinic.Get("/caller", token)).Status);
        Assert.Equal(200, (await With(clinic, $"bearer {token}")).Status);
        Assert.Equal(401, (await clinic.Get("/caller")).Status);
        Assert.Equal(401, (await clinic.Get($"/caller?access_token={token}")).Status);
        Assert.Equal(401, (await clinic.Get($"/caller?token={token}")).Status);
        Assert.Equal(401, (await With(clinic, $"Basic {token}")).Status);
        Assert.Equal(401, (await With(clinic, token)).Status);
        Assert.Equal(401, (await With(clinic, $"Bearer {token}x")).Status);
    }

    [Fact]
    public async Task A_role_outside_the_policy_is_forbidden()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", Role.Nurse);
        await clinic.AddUser("boss@example.org", Role.Admin);

        var nurse = await clinic.Get("/admins", (await clinic.Login("ann@example.org")).AccessToken);
        var admin = await clinic.Get("/admins", (await clinic.Login("boss@example.org")).AccessToken);

        Assert.Equal((403, "forbidden"), (nurse.Status, nurse.Code));
        Assert.Equal(200, admin.Status);
    }

    [Fact]
    public async Task A_token_runs_out()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var token = (await clinic.Login("ann@example.org")).AccessToken;
        var admission = await clinic.Sessions.AuthenticateToken(token, default);
        Assert.Equal(clinic.Clock.GetUtcNow() + TimeSpan.FromMinutes(10), admission.Value.ExpiresAt);

        clinic.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal(401, (await clinic.Get("/caller", token)).Status);
    }

    [Fact]
    public async Task A_session_that_ends_while_it_is_looked_up_is_not_admitted_by_what_was_read_before()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var token = (await clinic.Login("ann@example.org")).AccessToken;
        var caller = (await clinic.Sessions.AuthenticateToken(token, default)).Value.Caller;

        // The end is told here, and what is read is from before its commit.
        clinic.Sessions.Announce([new SessionEnd(caller.Tenant, caller.Session, caller.User, EndReason.RoleChanged)]);

        Assert.True((await clinic.Sessions.AuthenticateToken(token, default)).IsRefused);
        Assert.False(await clinic.Sessions.IsLive(caller.Tenant, caller.Session, default));
    }

    [Fact]
    public async Task A_session_handle_admits_its_own_user_and_role_only()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org", Role.Nurse);
        var bob = await clinic.AddUser("bob@example.org", Role.Nurse);
        var login = await clinic.Login("ann@example.org");
        var session = (await clinic.Sessions.AuthenticateToken(login.AccessToken, default)).Value.Caller.Session;

        var admission = await clinic.Sessions.AuthenticateSession(login.SessionId, ann.Value, "nurse", default);

        Assert.Equal(
            (ann, Role.Nurse, session), (admission.Value.Caller.User, admission.Value.Caller.Role, admission.Value.Caller.Session));
        Assert.Equal(clinic.Clock.GetUtcNow() + TimeSpan.FromHours(12), admission.Value.ExpiresAt);
        Assert.True(await Refused(clinic, login.SessionId, bob.Value, "nurse"));
        Assert.True(await Refused(clinic, login.SessionId, ann.Value, "admin"));
        Assert.True(await Refused(clinic, login.SessionId, ann.Value, "Nurse"));
        Assert.True(await Refused(clinic, session.Value, ann.Value, "nurse"));
        Assert.True(await Refused(clinic, $"north.{session.Value}.{new string('A', 22)}", ann.Value, "nurse"));
        Assert.True(await Refused(clinic, login.SessionId.Replace("north", "south", StringComparison.Ordinal), ann.Value, "nurse"));
        Assert.True(await Refused(clinic, new string('.', 1000), ann.Value, "nurse"));
    }

    [Fact]
    public async Task A_token_with_a_good_signature_still_needs_a_session_that_is_its_own()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org", Role.Nurse);
        await clinic.AddUser("sue@example.org", Role.Nurse, TestClinic.South);
        var own = (await clinic.Sessions.AuthenticateToken((await clinic.Login("ann@example.org")).AccessToken, default)).Value.Caller;
        var south = (await clinic.Sessions.AuthenticateToken((await clinic.Login("sue@example.org")).AccessToken, default)).Value.Caller;

        Assert.Equal(200, (await clinic.Get("/caller", Forge(clinic, own))).Status);
        Assert.Equal(401, (await clinic.Get("/caller", Forge(clinic, own with { Session = new SessionId("none") }))).Status);
        Assert.Equal(401, (await clinic.Get("/caller", Forge(clinic, own with { Role = Role.Admin }))).Status);
        Assert.Equal(401, (await clinic.Get("/caller", Forge(clinic, own with { User = south.User }))).Status);
        Assert.Equal(401, (await clinic.Get("/caller", Forge(clinic, own with { Tenant = TestClinic.South }))).Status);
        Assert.Equal(401, (await clinic.Get("/caller", Forge(clinic, south with { Tenant = TestClinic.North }))).Status);
        Assert.Equal(
            401,
            (await clinic.Get(
            "/caller", Forge(clinic, own with { Tenant = TestClinic.South, Session = south.Session, User = ann }))).Status);
    }

    private static string Forge(TestClinic clinic, Caller caller)
    {
        var now = clinic.Clock.GetUtcNow();
        var claims = new AccessClaims
        {
            Issuer = new IdentityOptions().Issuer,
            User = caller.User,
            Client = "api",
            TokenId = "t",
            Tenant = caller.Tenant,
            Session = caller.Session,
            Role = caller.Role,
            IssuedAt = now,
            ExpiresAt = now.AddMinutes(10),
        };
        return IssueToken.Sign(claims, new IdentityOptions().Audience, clinic.Get<SigningKeys>().Active);
    }

    private static async Task<bool> Refused(TestClinic clinic, string session, string user, string role) =>
        (await clinic.Sessions.AuthenticateSession(session, user, role, default)).IsRefused;

    private static Task<Answer> With(TestClinic clinic, string authorization) =>
        clinic.Send(HttpMethod.Get, "/caller", change: request => request.Headers.TryAddWithoutValidation("Authorization", authorization));
}

public sealed class AdmissionOnSqlite() : AdmissionTests(Engine.Sqlite);

public sealed class AdmissionOnPostgres() : AdmissionTests(Engine.Postgres);

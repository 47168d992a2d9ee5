using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Administration;

/// <summary>A secret of a service account takes along what it has opened, and nothing that another one has.</summary>
public abstract class RevokedSecretTests(Engine engine)
{
    private static readonly UserId Pump = new("pump");

    [Fact]
    public async Task A_revoked_secret_ends_its_sessions_and_no_others()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (first, second) = (await Made(clinic), await Further(clinic));
        var (one, two) = (await SignIn(clinic, first), await SignIn(clinic, second));
        var ends = new List<SessionEnd>();
        clinic.Sessions.Ended += ends.Add;

        Assert.False((await Revoke(clinic, first)).IsRefused);

        Assert.Equal(one.SessionId.Split('.')[1], Assert.Single(ends).Session.Value);
        Assert.Equal((401, 200), ((await clinic.Get("/caller", one.AccessToken)).Status, (await clinic.Get("/caller", two.AccessToken)).Status));
        Assert.Equal(401, (await clinic.Refresh(one.RefreshToken)).Status);
        Assert.Equal(200, (await clinic.Refresh(two.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_session_whose_secret_is_not_known_ends_with_any_of_them()
    {
        await using var clinic = await TestClinic.Open(engine);
        var (first, second) = (await Made(clinic), await Further(clinic));
        var old = await SignIn(clinic, second);
        await clinic.Get<Storage.Writing.GroupCommit>().Write<int>(
            TestClinic.North, async (write, cancel) => await write.Execute(Forget, [], cancel), default);

        await Revoke(clinic, first);

        Assert.Equal(401, (await clinic.Get("/caller", old.AccessToken)).Status);
    }

    [Fact]
    public async Task A_session_ends_with_the_time_of_its_secret_and_its_refresh_tokens_too()
    {
        await using var clinic = await TestClinic.Open(
            engine, new IdentityOptions { PasswordIterations = 10, AccessTokenLifetime = TimeSpan.FromHours(1) });
        await Made(clinic);
        var login = await SignIn(clinic, await Further(clinic, clinic.Clock.GetUtcNow().AddMinutes(10)));

        clinic.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(401, (await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal(401, (await clinic.Refresh(login.RefreshToken)).Status);
    }

    private static async Task<ServiceSecret> Made(TestClinic clinic) => (await clinic.Get<ServiceAccounts>().Add(
        AuditActor.Operator, TestClinic.North, new NewServiceAccount("Pump") { Id = Pump.Value }, default)).Value;

    private static async Task<ServiceSecret> Further(TestClinic clinic, DateTimeOffset? until = null) =>
        (await clinic.Get<ServiceAccounts>().AddSecret(AuditActor.Operator, TestClinic.North, Pump, until, default)).Value;

    private static ValueTask<Result<string>> Revoke(TestClinic clinic, ServiceSecret secret) =>
        clinic.Get<ServiceAccounts>().RevokeSecret(AuditActor.Operator, TestClinic.North, Pump, secret.SecretId, default);

    private static async Task<Answer> SignIn(TestClinic clinic, ServiceSecret secret) => (await clinic.Send(
        HttpMethod.Post, "/api/auth/login", new { clientId = secret.ClientId, clientSecret = secret.ClientSecret })).Is(200);

    private static readonly Statement Forget = new("update access_session set secret_id = null");
}

public sealed class RevokedSecretsOnSqlite() : RevokedSecretTests(Engine.Sqlite);

public sealed class RevokedSecretsOnPostgres() : RevokedSecretTests(Engine.Postgres);

using Vagus.Identity.Administration;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Tenants;

/// <summary>
/// Two users with the same id, address and password, one in each tenant: nothing of one may reach the other, in either direction.
/// </summary>
public abstract class CrossTenantTests(Engine engine)
{
    private static readonly UserId Pharmacy = new("pharmacy-1");

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task A_sign_in_belongs_to_the_tenant_that_was_named(string own, string other)
    {
        await using var clinic = await OpenTwins(engine);

        var login = await SignIn(clinic, own);
        var caller = (await clinic.Sessions.AuthenticateToken(login.AccessToken, default)).Value.Caller;
        var byHandle = (await clinic.Sessions.AuthenticateSession(login.SessionId, Pharmacy.Value, "pharmacy", default)).Value.Caller;
        var refreshed = await clinic.Refresh(login.RefreshToken);
        var afterRefresh = (await clinic.Sessions.AuthenticateToken(refreshed.AccessToken, default)).Value.Caller;

        Assert.Equal([own, own, own], new[] { caller, byHandle, afterRefresh }.Select(who => who.Tenant.Value));
        Assert.Equal(own, (await clinic.Get("/api/auth/me", login.AccessToken)).Json.GetProperty("user").GetProperty("tenant").GetString());
        var moved = login.SessionId.Replace(own, other, StringComparison.Ordinal);
        Assert.True((await clinic.Sessions.AuthenticateSession(moved, Pharmacy.Value, "pharmacy", default)).IsRefused);
        Assert.False(await clinic.Sessions.IsLive(new TenantId(other), caller.Session, default));
    }

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task Sessions_of_the_other_tenant_are_neither_seen_nor_ended(string own, string other)
    {
        await using var clinic = await OpenTwins(engine);
        var here = await SignIn(clinic, own);
        var there = await SignIn(clinic, other);
        var theirs = (await clinic.Sessions.AuthenticateToken(there.AccessToken, default)).Value.Caller.Session;

        var list = (await clinic.Get("/api/auth/sessions", here.AccessToken)).Json.GetProperty("items");
        var ended = await clinic.Send(HttpMethod.Delete, $"/api/auth/sessions/{theirs.Value}", bearer: here.AccessToken);
        await clinic.Send(HttpMethod.Delete, "/api/auth/sessions", bearer: here.AccessToken);
        await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: here.AccessToken);

        Assert.Equal(1, list.GetArrayLength());
        Assert.Equal(404, ended.Status);
        Assert.Equal(200, (await clinic.Get("/caller", there.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Refresh(there.RefreshToken)).Status);
    }

    [Theory]
    [InlineData("north", "south")]
    [InlineData("south", "north")]
    public async Task A_change_of_a_user_stays_in_its_tenant(string own, string other)
    {
        await using var clinic = await OpenTwins(engine);
        var there = await SignIn(clinic, other);
        var change = clinic.Get<ChangeUser>();

        await change.SetRole(new TenantId(own), Pharmacy, Role.Admin, default);
        await change.SetLabels(new TenantId(own), Pharmacy, Sensitivity.All, default);
        await change.Disable(new TenantId(own), Pharmacy, default);

        var caller = (await clinic.Sessions.AuthenticateToken(there.AccessToken, default)).Value.Caller;
        Assert.Equal((Role.Pharmacy, Sensitivity.None), (caller.Role, caller.SeesLabels));
        Assert.Equal(200, (await SignIn(clinic, other)).Status);
        Assert.Equal(401, (await SignIn(clinic, own)).Status);
    }

    private static async Task<TestClinic> OpenTwins(Engine engine)
    {
        var clinic = await TestClinic.Open(engine);
        foreach (var tenant in new[] { TestClinic.North, TestClinic.South })
        {
            var user = new NewUser(
                tenant, "pharmacy@example.org", "Pharmacy", Role.Pharmacy) { Id = Pharmacy.Value, Password = TestClinic.Password };
            await clinic.Get<AddUser>().Add(user, default);
        }

        return clinic;
    }

    private static Task<Answer> SignIn(TestClinic clinic, string tenant) => clinic.Send(
        HttpMethod.Post,
        "/api/auth/login",
        new { email = "pharmacy@example.org", password = TestClinic.Password, tenant },
        change: request => request.Headers.UserAgent.ParseAdd("test"));
}

public sealed class CrossTenantOnSqlite() : CrossTenantTests(Engine.Sqlite);

public sealed class CrossTenantOnPostgres() : CrossTenantTests(Engine.Postgres);

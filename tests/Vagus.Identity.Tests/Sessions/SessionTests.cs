using System.Text.Json;
using Vagus.Access.Sessions;
using Vagus.Identity.Administration;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Sessions;

public abstract class SessionTests(Engine engine)
{
    [Fact]
    public async Task One_sees_ones_own_live_sessions_and_which_is_this_one()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("bob@example.org");
        await clinic.Login("bob@example.org");
        await clinic.Login("ann@example.org");
        var here = await clinic.Login("ann@example.org");

        var list = (await clinic.Get("/api/auth/sessions", here.AccessToken)).Json.GetProperty("items").EnumerateArray().ToList();

        Assert.Equal(2, list.Count);
        Assert.Equal(Caller(clinic, here).Session.Value, list.Single(IsCurrent).GetProperty("id").GetString());
    }

    [Fact]
    public async Task One_ends_ones_own_sessions_and_nobody_elses()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("bob@example.org");
        await clinic.AddUser("sue@example.org", tenant: TestClinic.South);
        var there = await clinic.Login("ann@example.org");
        var here = await clinic.Login("ann@example.org");
        var bob = await clinic.Login("bob@example.org");
        var sue = await clinic.Login("sue@example.org");

        Assert.Equal(404, (await End(clinic, here, Caller(clinic, bob).Session)).Status);
        Assert.Equal(404, (await End(clinic, here, Caller(clinic, sue).Session)).Status);
        Assert.Equal(404, (await End(clinic, sue, Caller(clinic, here).Session)).Status);
        Assert.Equal(404, (await End(clinic, here, new SessionId("none"))).Status);
        Assert.Equal(204, (await End(clinic, here, Caller(clinic, there).Session)).Status);
        Assert.Equal(404, (await End(clinic, here, CallerId(there))).Status);

        Assert.Equal(401, (await clinic.Get("/caller", there.AccessToken)).Status);
        foreach (var live in new[] { here, bob, sue }) Assert.Equal(200, (await clinic.Get("/caller", live.AccessToken)).Status);
    }

    [Fact]
    public async Task One_ends_all_other_sessions_at_once()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var others = new[] { await clinic.Login("ann@example.org"), await clinic.Login("ann@example.org") };
        var here = await clinic.Login("ann@example.org");

        Assert.Equal(204, (await clinic.Send(HttpMethod.Delete, "/api/auth/sessions", bearer: here.AccessToken)).Status);

        foreach (var over in others) Assert.Equal(401, (await clinic.Get("/caller", over.AccessToken)).Status);
        Assert.Equal(200, (await clinic.Get("/caller", here.AccessToken)).Status);
    }

    [Fact]
    public async Task An_end_is_told_once_and_at_once_in_its_own_process()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        var caller = Caller(clinic, login);
        var ends = new List<SessionEnd>();
        clinic.Sessions.Ended += ends.Add;

        await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: login.AccessToken);
        await clinic.Get<SessionWatch>().Look(default);

        Assert.Equal([new SessionEnd(caller.Tenant, caller.Session, caller.User, EndReason.SignedOut)], ends);
    }

    [Fact]
    public async Task An_end_is_told_in_every_other_process_within_one_look()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);
        var ann = await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        Assert.Equal(200, (await second.Get("/caller", login.AccessToken)).Status);
        var ended = new TaskCompletionSource<SessionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        second.Sessions.Ended += end => ended.TrySetResult(end);

        await clinic.Get<ChangeUser>().SetRole(TestClinic.North, ann, Role.Lab, default);

        var heard = await ended.Task.WaitAsync(SessionWatch.Interval + TimeSpan.FromSeconds(20));
        Assert.Equal((ann, EndReason.RoleChanged), (heard.User, heard.Reason));
        Assert.Equal(401, (await second.Get("/caller", login.AccessToken)).Status);
    }

    [Fact]
    public async Task Without_the_watch_nothing_older_than_five_seconds_is_believed()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        var caller = Caller(clinic, login);
        await using var writer = await TestClinic.Open(engine, besides: clinic);
        await writer.Send(HttpMethod.Post, "/api/auth/logout", bearer: login.AccessToken);

        clinic.Clock.Advance(SessionAuthentication.MaxAge + TimeSpan.FromSeconds(1));

        Assert.False(await clinic.Sessions.IsLive(caller.Tenant, caller.Session, default));
    }

    private static bool IsCurrent(JsonElement session) => session.GetProperty("current").GetBoolean();

    private static Task<Answer> End(TestClinic clinic, Answer by, SessionId session) =>
        clinic.Send(HttpMethod.Delete, $"/api/auth/sessions/{session.Value}", bearer: by.AccessToken);

    private static SessionId CallerId(Answer login) => new(login.SessionId.Split('.')[1]);

    private static Caller Caller(TestClinic clinic, Answer login) =>
        clinic.Sessions.AuthenticateToken(login.AccessToken, default).AsTask().GetAwaiter().GetResult().Value.Caller;
}

public sealed class SessionsOnSqlite() : SessionTests(Engine.Sqlite);

public sealed class SessionsOnPostgres() : SessionTests(Engine.Postgres);

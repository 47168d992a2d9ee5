using Vagus.Access;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Vault;
using Vagus.Identity.Keys;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Keys;

public abstract class SigningKeysTests(Engine engine)
{
    [Fact]
    public async Task The_key_survives_a_restart_and_is_the_same_in_every_process()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);

        Assert.Equal(clinic.Get<SigningKeys>().Active.Kid, second.Get<SigningKeys>().Active.Kid);
    }

    [Fact]
    public async Task Processes_that_start_together_make_one_key()
    {
        await using var clinic = await TestClinic.Open(engine);
        clinic.Clock.Advance(KeyRotation.Period);
        var processes = new List<TestClinic>();
        for (var n = 0; n < 2; n++) processes.Add(await TestClinic.Open(engine, besides: clinic));

        await Task.WhenAll(processes.Select(process => process.Get<SigningKeys>().Refresh(default)));

        Assert.Equal(2, processes[0].Get<SigningKeys>().Published.Count());
        Assert.Equal(
            processes[0].Get<SigningKeys>().Published.Select(key => key.Kid),
            processes[1].Get<SigningKeys>().Published.Select(key => key.Kid));
        foreach (var process in processes) await process.DisposeAsync();
    }

    [Fact]
    public async Task A_rotation_publishes_then_signs_then_forgets_and_tokens_stay_valid()
    {
        await using var clinic = await TestClinic.Open(
            engine, new IdentityOptions { PasswordIterations = 10, SessionLifetime = TimeSpan.FromDays(1) });
        await clinic.AddUser("ann@example.org");
        var keys = clinic.Get<SigningKeys>();
        var first = keys.Active.Kid;

        clinic.Clock.Advance(KeyRotation.Period - KeyRotation.Notice);
        await keys.Refresh(default);
        Assert.Equal((first, 2), (keys.Active.Kid, keys.Published.Count()));

        clinic.Clock.Advance(KeyRotation.Notice);
        var login = await clinic.Login("ann@example.org");
        await keys.Refresh(default);
        Assert.NotEqual(first, keys.Active.Kid);
        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);

        clinic.Clock.Advance(TimeSpan.FromHours(2));
        await keys.Refresh(default);
        Assert.Equal([keys.Active.Kid], keys.Published.Select(key => key.Kid));
        var log = await clinic.Get<AuditReader>().Search(AuditTrail.System, new AuditFilter(), before: null, count: 100, default);
        Assert.Equal(
            [
                $"key-rotate SigningKey/{keys.Active.Kid} state=next", $"key-rotate SigningKey/{keys.Active.Kid} state=active",
                $"key-rotate SigningKey/{first} state=forgotten",
            ],
            log.Entries.Reverse().Select(each => $"{each.Entry.Action} {each.Entry.On} {each.Entry.Detail}"));
    }

    [Fact]
    public async Task Replaced_keys_end_every_token_in_every_process_and_no_session()
    {
        await using var clinic = await TestClinic.Open(engine);
        await using var second = await TestClinic.Open(engine, besides: clinic);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        Assert.Equal(200, (await second.Get("/caller", login.AccessToken)).Status);

        var kid = await clinic.Get<ReplaceSigningKeys>().Replace(default);
        await second.Get<SigningKeys>().Refresh(default);

        Assert.Equal(kid.Value, second.Get<SigningKeys>().Active.Kid);
        Assert.Equal(401, (await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal(401, (await second.Get("/caller", login.AccessToken)).Status);
        var refreshed = await clinic.Refresh(login.RefreshToken);
        Assert.Equal(200, (await second.Get("/caller", refreshed.AccessToken)).Status);
    }

    [Fact]
    public async Task The_public_halves_are_published_and_nothing_else()
    {
        await using var clinic = await TestClinic.Open(engine);

        var answer = await clinic.Get("/.well-known/jwks.json");

        var key = Assert.Single(answer.Json.GetProperty("keys").EnumerateArray());
        Assert.Equal(["kty", "crv", "use", "alg", "kid", "x", "y"], key.EnumerateObject().Select(member => member.Name));
        Assert.Equal(clinic.Get<SigningKeys>().Active.Kid, key.GetProperty("kid").GetString());
    }

    [Fact]
    public async Task Another_root_key_stops_the_start()
    {
        await using var clinic = await TestClinic.Open(engine);
        var other = new AccessOptions { RootKey = Convert.ToBase64String([.. new byte[31], 9]) };

        await Assert.ThrowsAsync<InvalidOperationException>(() => TestClinic.Open(engine, access: other, besides: clinic));
    }
}

public sealed class SigningKeysOnSqlite() : SigningKeysTests(Engine.Sqlite);

public sealed class SigningKeysOnPostgres() : SigningKeysTests(Engine.Postgres);

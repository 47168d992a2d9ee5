using System.Buffers.Text;
using Vagus.Access.AuditReading;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.DeviceKeys;

/// <summary>The key with which a browser seals what waits to be sent: whose it is, how long it stays the same.</summary>
public abstract class DeviceKeyTests(Engine engine)
{
    private const string Staff = "/api/auth";
    private const string Portal = "/api/patient-portal/auth";
    private const string NewPassword = "another long pass phrase";

    [Theory]
    [InlineData(Staff, Role.Nurse)]
    [InlineData(Portal, Role.Patient)]
    public async Task Each_sign_in_of_a_user_gets_the_same_key(string door, Role role)
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", role, patient: role == Role.Patient ? "p1" : null);
        var first = await KeyOf(clinic, door);
        var login = await clinic.Login("ann@example.org", path: $"{door}/login");
        await clinic.Send(HttpMethod.Post, $"{door}/logout", bearer: login.AccessToken);

        var second = await KeyOf(clinic, door);

        Assert.Equal(first, second);
        Assert.Equal(32, Base64Url.DecodeFromChars(first.Key).Length);
        Assert.DoesNotContain("ann", $"{first.Owner}{first.KeyId}", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Two_users_have_two_keys_also_where_their_ids_are_the_same_in_two_tenants()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", id: "same");
        await clinic.AddUser("sue@example.org", id: "sue");
        await clinic.AddUser("kim@example.org", tenant: TestClinic.South, id: "same");

        DeviceKey[] keys =
        [
            await KeyOf(clinic, Staff),
            await KeyOf(clinic, Staff, email: "sue@example.org"),
            await KeyOf(clinic, Staff, email: "kim@example.org"),
        ];

        Assert.Equal(9, keys.SelectMany(key => new[] { key.Owner, key.KeyId, key.Key }).Distinct().Count());
    }

    [Fact]
    public async Task A_new_password_makes_another_key_of_the_same_owner()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var before = await KeyOf(clinic, Staff);

        await clinic.Send(HttpMethod.Post, $"{Staff}/forgot-password", new { email = "ann@example.org" });
        var token = await clinic.Mails.NextToken("ann@example.org");
        (await clinic.Send(HttpMethod.Post, $"{Staff}/reset-password", new { token, password = NewPassword })).Is(204);
        var after = await KeyOf(clinic, Staff, NewPassword);

        Assert.Equal(before.Owner, after.Owner);
        Assert.NotEqual(before.KeyId, after.KeyId);
        Assert.NotEqual(before.Key, after.Key);
    }

    [Fact]
    public async Task An_administrator_who_ends_sessions_makes_another_key_and_the_user_itself_does_not()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("boss@example.org", Role.Admin);
        await clinic.AddUser("ann@example.org", id: "ann");
        var boss = await clinic.Login("boss@example.org");
        var first = await KeyOf(clinic, Staff);

        var own = await clinic.Login("ann@example.org");
        (await clinic.Send(HttpMethod.Delete, $"{Staff}/sessions", bearer: own.AccessToken)).Is(204);
        var afterOwn = await KeyOf(clinic, Staff);
        var one = (await clinic.Login("ann@example.org")).SessionId.Split('.')[1];
        (await clinic.Send(HttpMethod.Delete, $"/api/admin/sessions/{one}", bearer: boss.AccessToken)).Is(204);
        var afterOne = await KeyOf(clinic, Staff);
        (await clinic.Send(HttpMethod.Delete, "/api/admin/users/ann/sessions", bearer: boss.AccessToken)).Is(204);
        var afterAll = await KeyOf(clinic, Staff);

        Assert.Equal(first, afterOwn);
        Assert.Equal(3, new[] { first.Key, afterOne.Key, afterAll.Key }.Distinct().Count());
    }

    [Fact]
    public async Task The_key_of_a_user_without_a_session_changes_as_well()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        var before = await Ask(clinic, Staff, login);
        await clinic.Send(HttpMethod.Post, $"{Staff}/logout", bearer: login.AccessToken);

        await clinic.Get<ChangeUser>().EndSessions(TestClinic.North, ann, default);

        Assert.NotEqual(before.Key, (await KeyOf(clinic, Staff)).Key);
    }

    [Fact]
    public async Task The_audit_tells_of_each_key_that_was_given_and_holds_none()
    {
        await using var clinic = await TestClinic.Open(engine);
        var ann = await clinic.AddUser("ann@example.org");
        var key = await KeyOf(clinic, Staff);

        var page = await clinic.Get<AuditReader>().Search(TestClinic.North, new AuditFilter(), before: null, count: 1000, default);

        var entry = Assert.Single(page.Entries, recorded => recorded.Entry.Action == "device-key").Entry;
        Assert.Equal((ann, "127.0.0.1"), (entry.User!.Value, entry.Address));
        Assert.DoesNotContain(key.Key, $"{entry}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_session_there_is_no_key()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var login = await clinic.Login("ann@example.org");
        await clinic.Send(HttpMethod.Post, $"{Staff}/logout", bearer: login.AccessToken);

        Assert.Equal(401, (await clinic.Get($"{Staff}/device-key")).Status);
        Assert.Equal(401, (await clinic.Get($"{Staff}/device-key", login.AccessToken)).Status);
    }

    private static async Task<DeviceKey> KeyOf(
        TestClinic clinic, string door, string password = TestClinic.Password, string email = "ann@example.org") =>
        await Ask(clinic, door, (await clinic.Login(email, password, path: $"{door}/login")).Is(200));

    private static async Task<DeviceKey> Ask(TestClinic clinic, string door, Answer login)
    {
        var answer = (await clinic.Get($"{door}/device-key", login.AccessToken)).Is(200).Json;
        return new(
            answer.GetProperty("owner").GetString()!, answer.GetProperty("keyId").GetString()!, answer.GetProperty("key").GetString()!);
    }

    private sealed record DeviceKey(string Owner, string KeyId, string Key);
}

public sealed class DeviceKeysOnSqlite() : DeviceKeyTests(Engine.Sqlite);

public sealed class DeviceKeysOnPostgres() : DeviceKeyTests(Engine.Postgres);

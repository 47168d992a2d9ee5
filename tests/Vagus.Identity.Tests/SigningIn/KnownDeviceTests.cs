using Vagus.Identity.Doors;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SigningIn;

/// <summary>Somebody guesses at an account, also from its own network; its person signs in from a browser that knows it.</summary>
public abstract class KnownDeviceTests(Engine engine)
{
    private const string Ann = "ann@example.org";
    private const string Account = $"staff\n{Ann}";
    private const string Network = "7F0000";

    [Fact]
    public async Task A_known_device_signs_in_at_once_while_its_account_is_slowed()
    {
        await using var clinic = await Open();
        var device = (await clinic.Login(Ann, browser: true)).Cookie("vagus-device");
        for (var n = 0; n < SignInThrottle.FreeFailures * 4; n++) clinic.Get<SignInThrottle>().Failed(Account);

        var elsewhere = clinic.Login(Ann, browser: true);
        var known = await Login(clinic, device);

        Assert.Equal((200, false), (known.Status, elsewhere.IsCompleted));
        Assert.Equal(200, (await elsewhere).Status);
    }

    [Fact]
    public async Task A_known_device_signs_in_where_its_network_has_no_attempts_left()
    {
        await using var clinic = await Open();
        var device = (await clinic.Login(Ann, browser: true)).Cookie("vagus-device");
        await UseUp(clinic, Account, Network);

        Assert.Equal(429, (await clinic.Login(Ann, browser: true)).Status);
        Assert.Equal(200, (await Login(clinic, device)).Status);
        Assert.Equal(401, (await Login(clinic, device, password: "not the right password")).Status);
    }

    [Fact]
    public async Task All_known_devices_of_an_account_have_as_many_attempts_as_a_network()
    {
        await using var clinic = await Open();
        var devices = new List<string>();
        for (var n = 0; n < 3; n++) devices.Add((await clinic.Login(Ann, browser: true)).Cookie("vagus-device"));
        for (var n = 0; n < SignInThrottle.Burst; n++) await Login(clinic, devices[n % 2], password: "not the right password");

        Assert.Equal(429, (await Login(clinic, devices[2])).Status);
        Assert.Equal(200, (await clinic.Login(Ann, browser: true)).Status);
    }

    [Fact]
    public async Task What_is_no_mark_of_the_account_at_this_door_is_a_stranger()
    {
        await using var clinic = await Open();
        await clinic.AddUser("bob@example.org");
        await clinic.AddUser(Ann, Role.Patient, patient: "p1");
        var own = (await clinic.Login(Ann, browser: true)).Cookie("vagus-device");
        var colleague = (await clinic.Login("bob@example.org", browser: true)).Cookie("vagus-device");
        var portal = (await clinic.Login(Ann, path: "/api/patient-portal/auth/login", browser: true)).Cookie("vagus-device");
        await UseUp(clinic, Account, Network);
        string[] strangers = [colleague, portal, own[..^1] + (own[^1] == 'A' ? 'B' : 'A'), "vagus-device=x", $"vagus-device={new string('.', 2000)}",
            $"vagus-device={new string('!', 48)}"];

        foreach (var stranger in strangers) Assert.Equal((stranger, 429), (stranger, (await Login(clinic, stranger)).Status));
        Assert.Equal(200, (await Login(clinic, own)).Status);
        clinic.Clock.Advance(KnownDevices.Lifetime + TimeSpan.FromDays(2));
        await UseUp(clinic, Account, Network);
        Assert.Equal(429, (await Login(clinic, own)).Status);
    }

    [Fact]
    public async Task A_device_knows_the_last_eight_accounts_and_names_none()
    {
        await using var clinic = await Open();
        var first = await clinic.Login(Ann, browser: true);
        var cookie = Assert.Single(first.Cookies, each => each.StartsWith("vagus-device=", StringComparison.Ordinal));
        var device = first.Cookie("vagus-device");
        var again = (await Login(clinic, device)).Cookie("vagus-device");
        for (var n = 1; n < KnownDevices.MostAccounts; n++)
        {
            await clinic.AddUser($"user{n}@example.org");
            device = (await Login(clinic, n == 1 ? again : device, $"user{n}@example.org")).Cookie("vagus-device");
        }

        Assert.Contains("; path=/api/auth; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; max-age=7776000;", cookie, StringComparison.Ordinal);
        Assert.Equal(first.Cookie("vagus-device").Length, again.Length);
        var kept = device.Split('=')[1];
        Assert.True(clinic.Get<KnownDevices>().Knows(kept, Account));
        await clinic.AddUser("ninth@example.org");
        kept = (await Login(clinic, device, "ninth@example.org")).Cookie("vagus-device").Split('=')[1];
        Assert.False(clinic.Get<KnownDevices>().Knows(kept, Account));
        Assert.Equal(KnownDevices.MostAccounts, kept.Split('.').Length);
    }

    private async Task<TestClinic> Open()
    {
        var clinic = await TestClinic.Open(engine);
        await clinic.AddUser(Ann);
        return clinic;
    }

    private static Task<Answer> Login(
        TestClinic clinic, string device, string email = Ann, string password = TestClinic.Password) => clinic.Send(
        HttpMethod.Post, "/api/auth/login", new { email, password }, browser: true, change: request => request.Headers.Add("Cookie", device));

    private static async Task UseUp(TestClinic clinic, string account, string network)
    {
        for (var n = 0; n < SignInThrottle.Burst; n++) await clinic.Get<SignInThrottle>().Enter(account, network, CancellationToken.None);
    }
}

public sealed class KnownDeviceOnSqlite() : KnownDeviceTests(Engine.Sqlite);

public sealed class KnownDeviceOnPostgres() : KnownDeviceTests(Engine.Postgres);

using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Identity.Administration;

namespace Vagus.Realtime.Tests.Live;

/// <summary>What was opened in a session ends with it within five seconds: each gateway, namespace and transport.</summary>
public abstract class EndedSessionTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("logout")]
    [InlineData("role")]
    [InlineData("disabled")]
    public async Task A_session_that_ends_takes_its_connections_along(string how)
    {
        await using var clinic = await LiveClinic.Open(engine, commands: new Nod("/other"));
        var ann = await clinic.SignIn();
        var bob = await clinic.SignIn();
        await using var main = await SocketClient.Open(clinic, ann);
        await using var other = await SocketClient.OpenIn("/other", clinic, ann);
        await using var bySession = await SocketClient.Connect(
            clinic, new { sessionId = ann.SessionId, userId = ann.User.Value, role = "provider" });
        await using var raw = await RawClient.Open(clinic, ann);
        using var polling = await PollingClient.Open(clinic, ann);
        using var pollingOther = await PollingClient.Open(clinic, ann, "/other");
        await using var stays = await SocketClient.OpenIn("/other", clinic, bob);

        var watch = Stopwatch.StartNew();
        await End(clinic, ann, how);

        foreach (var client in new[] { main, other, bySession }) Assert.Equal(4401, await client.HearClose());
        Assert.Equal(4401, await raw.HearClose());
        await polling.HearEnd();
        await pollingOther.HearEnd();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Limit);
        Assert.True((await stays.Ask("nod")).GetProperty("ok").GetBoolean());
        await using var again = await SocketClient.Open(clinic, ann);
        Assert.True(again.IsRefused);
    }

    [Fact]
    public async Task A_secret_that_is_revoked_takes_the_connections_of_its_program_along()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var services = clinic.Get<ServiceAccounts>();
        var pump = (await services.Add(
            AuditActor.Operator, LiveClinic.North, new NewServiceAccount("Pump") { Id = "pump" }, default)).Value;
        using var http = new HttpClient { BaseAddress = clinic.Address };
        using var answer = await http.PostAsJsonAsync("/api/auth/login", new { clientId = pump.ClientId, clientSecret = pump.ClientSecret });
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;
        var program = new SignedIn(new UserId("pump"), "", Role.Service, token, "");
        await using var socket = await SocketClient.Open(clinic, program);
        await using var raw = await RawClient.Open(clinic, program);

        Assert.False(
            (await services.RevokeSecret(AuditActor.Operator, LiveClinic.North, program.User, pump.SecretId, default)).IsRefused);

        Assert.Equal(4401, await socket.HearClose().WaitAsync(Limit));
        Assert.Equal(4401, await raw.HearClose().WaitAsync(Limit));
    }

    private static async Task End(LiveClinic clinic, SignedIn person, string how)
    {
        if (how == "logout")
        {
            await clinic.SignOut(person);
            return;
        }

        var change = clinic.Get<ChangeUser>();
        Assert.False((how == "role"
            ? await change.SetRole(LiveClinic.North, person.User, Role.Billing, default)
            : await change.Disable(LiveClinic.North, person.User, default)).IsRefused);
    }

    /// <summary>A client that never upgrades.</summary>
    private sealed class PollingClient(HttpClient http, Uri address) : IDisposable
    {
        public static async Task<PollingClient> Open(LiveClinic clinic, SignedIn person, string name = "/")
        {
            var http = new HttpClient();
            var address = new Uri(clinic.Address, "/socket.io/?EIO=4&transport=polling");
            var opened = await http.GetStringAsync(address);
            var sid = JsonElement.Parse(opened[1..]).GetProperty("sid").GetString();
            var client = new PollingClient(http, new Uri($"{address}&sid={sid}"));
            var prefix = name == "/" ? "" : name + ",";
            using var connect = new StringContent(
                $"40{prefix}{JsonSerializer.Serialize(new { token = person.Token })}", Encoding.UTF8, "text/plain");
            using var taken = await http.PostAsync(client.address, connect);
            Assert.StartsWith($"40{prefix}{{", await http.GetStringAsync(client.address), StringComparison.Ordinal);
            return client;
        }

        private readonly Uri address = address;

        /// <summary>Polls until the server has closed, with pings between answered by nobody.</summary>
        public async Task HearEnd()
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            while (true)
            {
                using var answer = await http.GetAsync(address, limit.Token);
                if (!answer.IsSuccessStatusCode) return;
                var packets = (await answer.Content.ReadAsStringAsync(limit.Token)).Split('\u001e');
                if (packets.Any(packet => packet is "1" || packet.StartsWith("41", StringComparison.Ordinal))) return;
            }
        }

        public void Dispose() => http.Dispose();
    }
}

public sealed class EndedSessionsOnSqlite() : EndedSessionTests(Engine.Sqlite);

public sealed class EndedSessionsOnPostgres() : EndedSessionTests(Engine.Postgres);

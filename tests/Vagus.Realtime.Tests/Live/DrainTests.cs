using System.Net.WebSockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vagus.SocketIO;

namespace Vagus.Realtime.Tests.Live;

public abstract class DrainTests(Engine engine)
{
    [Fact]
    public async Task A_server_that_stops_closes_raw_connections_in_batches_with_1012_and_lets_nobody_in()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var pace = clinic.Get<IOptions<SocketIOOptions>>().Value.Drain;
        (pace.BatchSize, pace.BatchInterval) = (2, TimeSpan.FromMilliseconds(700));
        var person = await clinic.SignIn();
        var clients = new List<RawClient>();
        for (var number = 0; number < 6; number++) clients.Add(await RawClient.Open(clinic, person));

        var began = TimeProvider.System.GetTimestamp();
        clinic.Get<IHostApplicationLifetime>().StopApplication();
        var moments = await Task.WhenAll(clients.Select(async client =>
        {
            Assert.Equal(1012, await client.HearClose());
            return TimeProvider.System.GetElapsedTime(began);
        }));

        // Three batches: the last one goes two intervals after the first, two batches would take one. A timer may be a tick early.
        Assert.True(moments.Max() >= 1.5 * pace.BatchInterval, $"The last one was closed after {moments.Max().TotalMilliseconds:0} ms.");
        Assert.True(moments.Min() < moments.Max() - pace.BatchInterval, "All were closed together.");
        await Assert.ThrowsAsync<WebSocketException>(() => RawClient.Connect(clinic));
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_was_told_to_stop_is_not_ready_and_still_answers()
    {
        await using var clinic = await LiveClinic.Open(engine);
        using var http = new HttpClient { BaseAddress = clinic.Address };
        var person = await clinic.SignIn();
        Assert.Equal(200, await Status(http, "/health/ready"));

        clinic.Get<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(503, await Status(http, "/health/ready"));
        Assert.Equal(200, await Status(http, "/health/live"));
        await clinic.Act(person);
    }

    private static async Task<int> Status(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return (int)answer.StatusCode;
    }
}

public sealed class DrainOnSqlite() : DrainTests(Engine.Sqlite);

public sealed class DrainOnPostgres() : DrainTests(Engine.Postgres);

using System.Net;
using System.Net.Sockets;
using Npgsql;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>A connection on which an answer comes that nobody asked for, as a late cancellation leaves it.</summary>
public sealed class LostPlaceOnPostgres
{
    private static readonly TenantId North = new("north");
    private static readonly Statement One = new("select 1");

    [Fact]
    public async Task A_read_that_finds_an_answer_of_another_is_run_again_on_a_new_connection()
    {
        await using var relay = await Relay.Start();
        await using var storage = await TestStorage.On(new StorageOptions { Postgres = relay.Connection });
        Assert.Equal(1, await storage.Database.QueryOne(One, [], row => row.GetInt32(0), default));

        await relay.SayResult();

        Assert.Equal(1, await storage.Database.QueryOne(One, [], row => row.GetInt32(0), default));
    }

    [Fact]
    public async Task A_write_that_finds_an_answer_of_another_is_refused_or_kept_and_the_lane_goes_on()
    {
        await using var relay = await Relay.Start();
        await using var storage = await TestStorage.On(new StorageOptions { Postgres = relay.Connection });
        Assert.Equal(1, (await storage.Commit.Write(North, Asking, default)).Value);

        await relay.SayResult();

        var write = await storage.Commit.Write(North, Asking, default);
        Assert.True(write.Refusal is null or { Code: "database_unreachable" }, write.Refusal?.Code);
        Assert.Equal(1, (await storage.Commit.Write(North, Asking, default)).Value);
    }

    private static async ValueTask<Result<int>> Asking(WriteTransaction write, CancellationToken cancel) =>
        await write.QueryOne(One, [], row => row.GetInt32(0), cancel);

    /// <summary>Passes bytes between the driver and PostgreSQL, and can add to those of the server.</summary>
    private sealed class Relay : IAsyncDisposable
    {
        // https://www.postgresql.org/docs/15/protocol-message-formats.html: FunctionCallResponse, null.
        private static readonly byte[] Result = [(byte)'V', 0, 0, 0, 8, 0xff, 0xff, 0xff, 0xff];
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<NetworkStream> clients = [];
        private readonly CancellationTokenSource ended = new();
        private readonly (string Host, int Port) server;
        private readonly Task accepting;

        private Relay(string server)
        {
            var parts = new NpgsqlConnectionStringBuilder(server);
            this.server = (parts.Host!, parts.Port);
            listener.Start();
            parts.Port = ((IPEndPoint)listener.LocalEndpoint).Port;
            Connection = parts.ToString();
            accepting = Accept();
        }

        public string Connection { get; }

        public static async Task<Relay> Start() => new(await PostgresServer.NewDatabase());

        /// <summary>Every connection so far is told the result of a call that nobody made.</summary>
        public async Task SayResult()
        {
            foreach (var client in Taken()) await client.WriteAsync(Result);
        }

        public async ValueTask DisposeAsync()
        {
            await ended.CancelAsync();
            listener.Stop();
            await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var client in Taken()) await client.DisposeAsync();
            ended.Dispose();
        }

        private NetworkStream[] Taken()
        {
            lock (clients) return [.. clients];
        }

        private async Task Accept()
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(ended.Token);
                var behind = new TcpClient();
                await behind.ConnectAsync(server.Host, server.Port, ended.Token);
                lock (clients) clients.Add(client.GetStream());
                _ = client.GetStream().CopyToAsync(behind.GetStream(), ended.Token);
                _ = behind.GetStream().CopyToAsync(client.GetStream(), ended.Token);
            }
        }
    }
}

using System.Diagnostics;
using NATS.Client.Core;
using NATS.NKeys;
using Vagus.Bus.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Connecting;

/// <summary>TLS with the certificates of deploy/tls, and NKeys, against a real NATS.</summary>
public sealed class SecurityTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-tls-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task TLS_carries_events_to_a_NATS_whose_authority_is_known()
    {
        await MakeCertificates();
        await using var nats = await NatsServer.Start(Tls());
        var url = nats.Url.Replace("nats://", "tls://", StringComparison.Ordinal);
        await using var node = await Node.Start(
            Engine.Sqlite, Node.Options(nats) with { Servers = url, Credentials = new BusCredentials { AuthorityFile = In("ca.pem") } });
        await node.Append(Node.North, 1, 20);
        await using var reader = new Subscriber(url, tls: new NatsTlsOpts { CaFile = In("ca.pem") });

        await reader.HasAll(Node.North, 20);
    }

    [Fact]
    public async Task A_NATS_whose_authority_is_not_known_or_that_speaks_no_TLS_is_given_nothing()
    {
        await MakeCertificates();
        await using var foreign = await NatsServer.Start(Tls());
        await using var plain = await NatsServer.Start();
        foreach (var nats in (NatsServer[])[foreign, plain])
        {
            using var log = new RecordedLog();
            var url = nats.Url.Replace("nats://", "tls://", StringComparison.Ordinal);
            await using var node = await Node.Start(Engine.Sqlite, Node.Options(nats) with { Servers = url }, log);
            await node.Append(Node.North, 1, 1);

            await log.Line("NATS cannot be reached");
            Assert.Equal(0, await node.Cursor(Node.North));
        }
    }

    [Fact]
    public async Task An_NKey_opens_NATS_another_does_not_and_a_renewed_file_is_taken_without_a_restart()
    {
        using var known = KeyPair.CreatePair(PrefixByte.User);
        using var stranger = KeyPair.CreatePair(PrefixByte.User);
        await File.WriteAllTextAsync(In("user.seed"), stranger.GetSeed());
        await using var nats = await NatsServer.Start($"authorization {{ users = [ {{ nkey: {known.GetPublicKey()} }} ] }}\n");
        using var log = new RecordedLog();
        await using var node = await Node.Start(
            Engine.Sqlite, Node.Options(nats) with { Credentials = new BusCredentials { NKeyFile = In("user.seed") } }, log);
        await node.Append(Node.North, 1, 1);
        await log.Line("NATS cannot be reached");

        await File.WriteAllTextAsync(In("user.seed"), known.GetSeed());

        await Condition.Becomes(async () => await node.Cursor(Node.North) == 1, "it is published");
    }

    private string In(string file) => Path.Combine(folder.FullName, file);

    private string Tls() => $"tls {{\n cert_file: \"{In("nats.pem")}\"\n key_file: \"{In("nats.key")}\"\n}}\n";

    private async Task MakeCertificates()
    {
        var start = new ProcessStartInfo("sh", [Path.Combine(Sources.Root, "deploy", "tls", "certificates.sh")])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        start.Environment["TLS_FOLDER"] = folder.FullName;
        using var making = Process.Start(start)!;
        var (said, wrong) = (making.StandardOutput.ReadToEndAsync(), making.StandardError.ReadToEndAsync());
        await making.WaitForExitAsync();
        Assert.True(making.ExitCode == 0, await said + await wrong);
        Assert.False(File.Exists(In("ca.key")));
    }
}

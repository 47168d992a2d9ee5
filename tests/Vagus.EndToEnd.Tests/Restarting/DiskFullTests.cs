using System.Globalization;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Restarting;

/// <summary>No file of the server may grow beyond a limit: the write at a commit fails, as it does on a full disk.</summary>
public sealed class DiskFullTests
{
    private const int StorageFailed = 74;
    private const int MegabytesPerFile = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task When_the_disk_takes_no_more_it_stops_and_keeps_all_that_it_acknowledged()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Limits of a process's files are set with ulimit.");
            return;
        }

        await using var server = await RunningServer.Start(Engine.Sqlite);
        await server.Kill();
        // Ignoring SIGXFSZ makes the write fail instead of ending the process; the runtime's own double mapping needs a large file in
        // memory.
        var limited = string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {MegabytesPerFile * 1024}; exec \"$@\"");
        await server.StartAgain(
            ["bash", "-c", limited, "limited"], new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });

        var acknowledged = new Acknowledged();
        var writers = Enumerable.Range(0, 4)
            .Select(number => new Writer(server, server.SignIn("service"), acknowledged, $"full{number}", number)).ToList();
        using var stop = new CancellationTokenSource();
        var writing = writers.Select(writer => writer.WriteUntil(stop.Token)).ToList();
        var code = await server.Process.Ended(Limit);
        var said = server.Said;
        var before = acknowledged.Versions.Count;
        await stop.CancelAsync();
        await server.StartAgain();
        await Task.WhenAll(writing);

        Assert.Equal(StorageFailed, code);
        Assert.Contains("Storage failed", said, StringComparison.Ordinal);
        Assert.True(before > 100, $"Only {before} versions were acknowledged before the limit.");
        using var reader = server.SignIn("service");
        Assert.Empty(await Acknowledged.Missing(reader, acknowledged.Versions));
        var log = await LogCheck.Contiguous(server.Data, Clinic.Tenant);
        Assert.Empty(LogCheck.Untold(log, acknowledged.Versions));
        Figures.Say(
            string.Create(
            CultureInfo.InvariantCulture,
            $"full disk: {before} versions acknowledged, exit code {code}, {writers.Sum(writer => writer.Refused.Count)} requests refused, all acknowledged are there"));
    }
}

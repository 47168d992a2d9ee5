using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Which processes serve one SQLite file: each has a file of its own, locked as long as it lives.</summary>
public sealed class NodeFilesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-nodes-");
    private readonly TestClock clock = new();

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_node_lives_until_its_process_lets_the_file_go()
    {
        using var one = Node();
        using var other = Node();
        one.Hold("one");

        Assert.True(other.Lives("one"));
        Assert.False(other.Lives("two"));
        one.Dispose();
        Assert.False(other.Lives("one"));
    }

    [Fact]
    public void A_process_sees_others_and_not_itself()
    {
        using var one = Node();
        using var other = Node();
        Assert.False(one.HasOthers());
        one.Hold("one");

        Assert.Equal((false, true), (one.HasOthers(), other.HasOthers()));
        other.Hold("two");
        Assert.Equal((true, true), (one.HasOthers(), other.HasOthers()));
        one.Dispose();
        Assert.False(other.HasOthers());
    }

    [Fact]
    public void Files_of_nodes_that_ended_days_ago_are_removed_and_those_of_living_ones_stay()
    {
        using var living = Node();
        using (var ended = Node()) ended.Hold("ended");
        living.Hold("living");
        foreach (var file in new[] { "ended", "living" }) File.SetLastWriteTimeUtc(PathOf(file), clock.GetUtcNow().UtcDateTime.AddDays(-2));
        using var fresh = Node();

        fresh.Hold("fresh");

        var left = Directory.EnumerateFiles(Path.Combine(folder.FullName, "nodes")).Select(file => Path.GetFileName(file)).Order();
        Assert.Equal(["fresh", "living"], left);
        Assert.True(fresh.Lives("living"));
    }

    [Fact]
    public async Task A_node_is_held_while_others_ask_after_it()
    {
        using var asking = Node();
        using var stop = new CancellationTokenSource();
        var asked = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) asking.Lives("one");
        });

        for (var round = 0; round < 50; round++)
        {
            using var one = Node();
            one.Hold("one");
            using var other = Node();
            Assert.True(other.Lives("one"));
        }

        await stop.CancelAsync();
        await asked;
    }

    [Fact]
    public void The_files_are_their_owners_alone()
    {
        if (OperatingSystem.IsWindows()) return;
        using var one = Node();
        one.Hold("one");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf("one")));
    }

    private string PathOf(string node) => Path.Combine(folder.FullName, "nodes", node);

    private NodeFiles Node() => new(new StorageOptions { DataFolder = folder.FullName }, clock);
}

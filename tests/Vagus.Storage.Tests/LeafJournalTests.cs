using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Storage.Writing.Journal;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>
/// Leaves by themselves on SQLite: acknowledged from the journal, and once in the log, whatever ends the process. A copy of the data folder
/// that is made while the lane is held is what a power cut leaves.
/// </summary>
public sealed class LeafJournalTests
{
    private static readonly TenantId North = new("north");
    private static readonly TenantId South = new("south");

    [Fact]
    public async Task What_is_acknowledged_is_seen_at_once_by_whoever_asks_the_log()
    {
        await using var storage = await Create();

        for (var count = 1; count <= 20; count++)
        {
            Assert.Null(await storage.Commit.AddLeaf(North, Leaf(count)));
            Assert.Equal(count, (await ListedLeaves.Read(storage.Database, North)).Count);
        }
    }

    [Fact]
    public async Task A_write_leaves_its_own_behind_those_acknowledged_before_it()
    {
        await using var storage = await Create();

        await storage.Commit.AddLeaf(North, Leaf(1));
        await storage.Commit.Write<bool>(North, (write, _) => Left(write, 2), default);
        await storage.Commit.AddLeaf(North, Leaf(3));

        Assert.Equal([1, 2, 3], await Numbers(storage));
    }

    [Fact]
    public async Task A_write_that_is_refused_takes_nothing_of_the_journal_with_it()
    {
        await using var storage = await Create();

        await storage.Commit.AddLeaf(North, Leaf(1));
        var refused = await storage.Commit.Write<bool>(North, (_, _) => new(new Refusal(RefusalKind.Conflict, "no", "No.")), default);

        Assert.True(refused.IsRefused);
        Assert.Equal([1], await Numbers(storage));
    }

    [Fact]
    public async Task What_a_killed_process_acknowledged_is_in_the_log_once_after_the_next_start()
    {
        await using var storage = await Create();
        await storage.Commit.AddLeaf(North, Leaf(1));
        await storage.Commit.AddLeaf(South, Leaf(1));
        Assert.Equal([1], await Numbers(storage));
        using var image = new Image();

        await Held(storage, async () =>
        {
            foreach (var number in Enumerable.Range(2, 40)) Assert.Null(await storage.Commit.AddLeaf(North, Leaf(number)));
            await image.Take(storage);
        });

        await using var next = await image.Open();
        await using var third = await image.Open(next);
        Assert.Equal(Enumerable.Range(1, 41), await Numbers(next));
        Assert.Single(await ListedLeaves.Read(next.Database, South));
        Assert.Empty(Directory.GetFiles(image.Journals));
        Assert.Equal(0, await Marks(next));
    }

    [Fact]
    public async Task A_power_cut_before_the_journal_is_removed_puts_nothing_into_the_log_twice()
    {
        await using var storage = await Create();
        foreach (var number in Enumerable.Range(1, 40)) await storage.Commit.AddLeaf(North, Leaf(number));
        Assert.Equal(Enumerable.Range(1, 40), await Numbers(storage));
        using var image = new Image();
        await Held(storage, () => image.Take(storage));

        await using var next = await image.Open();

        Assert.Equal(Enumerable.Range(1, 40), await Numbers(next));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(60)]
    public async Task A_record_that_was_being_written_is_left_out_and_those_before_it_are_there(int lost)
    {
        await using var storage = await Create();
        using var image = new Image();
        await Held(storage, async () =>
        {
            foreach (var number in Enumerable.Range(1, 10)) await storage.Commit.AddLeaf(North, Leaf(number));
            await image.Take(storage);
        });
        var journal = Assert.Single(Directory.GetFiles(image.Journals, "*.leaves"));
        var bytes = await File.ReadAllBytesAsync(journal);
        var end = Array.FindLastIndex(bytes, each => each != 0) + 1;
        Array.Clear(bytes, end - lost, lost);
        await File.WriteAllBytesAsync(journal, bytes);

        await using var next = await image.Open();

        Assert.Equal(Enumerable.Range(1, lost < 50 ? 9 : 8), await Numbers(next));
    }

    [Fact]
    public async Task The_journal_of_a_process_that_lives_is_left_alone()
    {
        await using var storage = await Create();
        await using var beside = storage.Beside();
        await Held(storage, async () =>
        {
            await storage.Commit.AddLeaf(North, Leaf(1));
            Assert.Empty(beside.Get<JournalFolder>().Ended());
        });

        Assert.Equal([1], await Numbers(storage));
    }

    [Fact]
    public async Task A_log_that_takes_nothing_stops_its_own_tenant_only_and_gets_what_was_acknowledged_when_it_does()
    {
        await using var storage = await Create();
        var log = storage.Get<ListedLeaves>();
        log.Refuses = North;

        Assert.Null(await storage.Commit.AddLeaf(North, Leaf(1)));
        await storage.Commit.Fold(triesHeldBack: false);
        Assert.Equal("unrecorded", (await storage.Commit.AddLeaf(North, Leaf(2)))?.Code);
        Assert.Equal("unrecorded", (await storage.Commit.Write<bool>(North, (write, _) => Left(write, 3), default)).Refusal?.Code);
        Assert.Null(await storage.Commit.AddLeaf(South, Leaf(1)));
        Assert.True((await storage.Commit.Write<bool>(South, (write, _) => Left(write, 2), default)).Value);
        Assert.Equal(2, (await ListedLeaves.Read(storage.Database, South)).Count);

        log.Refuses = null;
        await storage.Commit.Fold(triesHeldBack: true);
        Assert.Equal([1], await Numbers(storage));
        Assert.Null(await storage.Commit.AddLeaf(North, Leaf(4)));
        Assert.Null(await storage.Commit.AddLeaf(North, Leaf(5)));
        Assert.Equal([1, 4, 5], await Numbers(storage));
    }

    [Fact]
    public async Task Leaves_of_another_process_that_a_third_has_taken_in_are_not_taken_twice()
    {
        await using var storage = await Create();
        UnfoldedLeaf[] left =
        [
            .. Enumerable.Range(1, 3).Select(number =>
                new UnfoldedLeaf("another", new JournalRecord(number, DateTimeOffset.UnixEpoch, North, Leaf(number)), Segment: null)),
        ];

        storage.Commit.Unfolded!.Add(left[..2]);
        await storage.Commit.Fold(triesHeldBack: false);
        storage.Commit.Unfolded.Add(left);
        await storage.Commit.Fold(triesHeldBack: false);

        Assert.Equal([1, 2, 3], await Numbers(storage));
        Assert.True(storage.Commit.Unfolded.IsEmpty);
    }

    [Fact]
    public async Task A_log_that_takes_nothing_keeps_one_file_and_others_use_theirs_again()
    {
        using var image = new Image();
        await using var storage = await image.Create();
        storage.Get<ListedLeaves>().Refuses = North;
        await storage.Commit.AddLeaf(North, Leaf(1));

        for (var round = 0; round < 5; round++)
        {
            var taken = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => storage.Commit.AddLeaf(South, new byte[200_000])));
            Assert.All(taken, Assert.Null);
            await storage.Commit.Fold(triesHeldBack: false);
        }

        Assert.InRange(Directory.GetFiles(image.Journals).Length, 2, 4);
        Assert.Equal(125, (await ListedLeaves.Read(storage.Database, South)).Count);
    }

    [Fact]
    public async Task The_files_are_used_again_and_removed_at_the_end()
    {
        using var image = new Image();
        await using (var storage = await image.Create())
        {
            var filler = new byte[200_000];
            for (var round = 0; round < 4; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => storage.Commit.AddLeaf(North, filler)));
                await storage.Commit.Fold(triesHeldBack: false);
            }

            Assert.All(Directory.GetFiles(image.Journals), file => Assert.InRange(new FileInfo(file).Length, 1, 10 << 20));
            Assert.Equal(100, (await ListedLeaves.Read(storage.Database, North)).Count);
        }

        Assert.Empty(Directory.GetFiles(image.Journals));
    }

    private static ValueTask<Result<bool>> Left(WriteTransaction write, int number)
    {
        write.AddLeaf(Leaf(number));
        return ValueTask.FromResult<Result<bool>>(true);
    }

    private static byte[] Leaf(int number) =>
        Encoding.UTF8.GetBytes(number.ToString("000000000000000000000", CultureInfo.InvariantCulture));

    private static async Task<List<int>> Numbers(TestStorage storage) =>
        (await ListedLeaves.Read(storage.Database, North)).ConvertAll(body => int.Parse(body, CultureInfo.InvariantCulture));

    private static Task<long> Marks(TestStorage storage) => storage.Database.QueryOne(
        new Statement("select count(*) from leaf_journal"), [], row => row.GetInt64(0), default).AsTask();

    /// <summary>The lane takes nothing into the log meanwhile.</summary>
    private static async Task Held(TestStorage storage, Func<Task> work)
    {
        var (entered, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = storage.Commit.Write<bool>(
            South,
            async (_, _) =>
            {
                entered.SetResult();
                await release.Task;
                return true;
            },
            default).AsTask();
        await entered.Task;
        await work();
        release.SetResult();
        await holding;
    }

    private static Task<TestStorage> Create() => TestStorage.Create(Engine.Sqlite, add: ListedLeaves.Add);

    /// <summary>A folder with the data as they are on the disk at one moment.</summary>
    private sealed class Image : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("vagus-journal-").FullName;

        public string Journals => Path.Combine(folder, "journal");

        // The files are locked for other .NET programs: cp copies them all the same.
        public async Task Take(TestStorage storage)
        {
            using var copy = Process.Start("cp", ["-r", storage.Options.DataFolder + "/.", folder]);
            await copy.WaitForExitAsync();
            Assert.Equal(0, copy.ExitCode);
        }

        public Task<TestStorage> Create() => TestStorage.On(new StorageOptions { DataFolder = folder }, add: ListedLeaves.Add);

        /// <summary>As a process does that starts on the data.</summary>
        public async Task<TestStorage> Open(TestStorage? beside = null)
        {
            var storage = beside?.Beside() ?? await Create();
            await storage.Get<IEnumerable<IHostedService>>().OfType<AdoptJournals>().Single().StartAsync(default);
            return storage;
        }

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}

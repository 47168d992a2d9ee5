using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Tests.Audit.Proving.ObjectStore;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;

namespace Vagus.Access.Tests.Files;

/// <summary>What a store of blobs promises, on a disk and on an S3 server.</summary>
public abstract class BlobStoreTests : IAsyncLifetime
{
    protected static readonly BlobName First = new(new TenantId("north"), "01990000-0000-7000-8000-0000000000ab");
    private ServiceProvider services = null!;

    protected IBlobStore Store => services.GetRequiredService<IBlobStore>();

    public async ValueTask InitializeAsync()
    {
        services = Of(await Options());
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await Close();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_blob_is_read_from_any_place_on()
    {
        // Two whole parts of S3 and something more.
        var content = RandomNumberGenerator.GetBytes((32 * 1024 * 1024) + 17);
        await Put(First, content);

        await using var stream = await Store.Open(First, Cancel);

        Assert.NotNull(stream);
        Assert.Equal(content.Length, stream.Length);
        foreach (var from in new[] { content.Length - 5, 0, 16_777_210 })
        {
            var part = new byte[Math.Min(40, content.Length - from)];
            stream.Position = from;
            await stream.ReadExactlyAsync(part, Cancel);
            Assert.Equal(content[from..(from + part.Length)], part);
        }
    }

    [Fact]
    public async Task An_upload_that_is_broken_off_leaves_nothing()
    {
        await Assert.ThrowsAsync<IOException>(async () => await Store.Put(
            First,
            async (to, token) =>
            {
                await to.WriteAsync(new byte[20 * 1024 * 1024], token);
                throw new IOException("The client has gone.");
            },
            Cancel));

        Assert.Null(await Store.Open(First, Cancel));
        Assert.Empty(await Listed());
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_blob_is_listed_until_it_is_deleted()
    {
        await Put(First, [1, 2, 3]);

        Assert.Equal([First], await Listed());

        await Store.Delete(First, Cancel);
        await Store.Delete(First, Cancel);
        Assert.Empty(await Listed());
        Assert.Null(await Store.Open(First, Cancel));
    }

    [Fact]
    public async Task A_mark_is_found_by_whoever_has_the_store_and_is_no_blob()
    {
        await using var other = Of(await Other());
        var found = other.GetRequiredService<IBlobStore>();
        Assert.Null(await found.ReadMark("whose", Cancel));
        await found.RemoveMark("whose", Cancel);

        await Store.WriteMark("whose", "ours", Cancel);
        await Store.WriteMark("whose", "ours\ntheirs", Cancel);

        Assert.Equal("ours\ntheirs", await found.ReadMark("whose", Cancel));
        Assert.Empty(await Listed());
        await found.RemoveMark("whose", Cancel);
        Assert.Null(await Store.ReadMark("whose", Cancel));
    }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected ValueTask Put(BlobName name, byte[] content) =>
        Store.Put(name, async (to, token) => await to.WriteAsync(content, token), Cancel);

    protected abstract ValueTask<BlobOptions> Options();

    /// <summary>The same store by another name.</summary>
    protected abstract ValueTask<BlobOptions> Other();

    protected static ServiceProvider Of(BlobOptions options)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(new StorageOptions { Files = options });
        return services.BuildServiceProvider();
    }

    protected abstract ValueTask Close();

    protected abstract IEnumerable<string> Leftovers();

    private async Task<List<BlobName>> Listed() => await Store.List(Cancel).Select(blob => blob.Name).ToListAsync(Cancel);
}

public sealed class BlobsOnDiskTests : BlobStoreTests
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vagus-blobs-");

    private readonly string link = Path.Combine(Path.GetTempPath(), $"vagus-link-{Guid.NewGuid()}");

    [Fact]
    public async Task Files_and_their_folders_are_open_to_the_server_only()
    {
        await Put(First, [1]);

        var file = folder.GetFiles("*", SearchOption.AllDirectories).Single();
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, file.Directory!.UnixFileMode);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_removed_and_what_another_writes_is_not()
    {
        var left = Path.Combine(folder.CreateSubdirectory("unfinished").FullName, First.Id);
        await File.WriteAllTextAsync(left, "half", Cancel);

        Assert.Equal(0, await Store.RemoveUnfinished(DateTimeOffset.UtcNow, Cancel));
        await using (new FileStream(left, FileMode.Open, FileAccess.Write, FileShare.None))
            Assert.Equal(0, await Store.RemoveUnfinished(DateTimeOffset.UtcNow.AddDays(2), Cancel));
        Assert.Equal(1, await Store.RemoveUnfinished(DateTimeOffset.UtcNow.AddDays(2), Cancel));

        Assert.False(File.Exists(left));
    }

    protected override ValueTask<BlobOptions> Options() => ValueTask.FromResult(new BlobOptions { Folder = folder.FullName });

    protected override ValueTask<BlobOptions> Other()
    {
        Directory.CreateSymbolicLink(link, folder.FullName);
        return ValueTask.FromResult(new BlobOptions { Folder = link });
    }

    protected override IEnumerable<string> Leftovers() => Directory.EnumerateFiles(folder.FullName, "*", SearchOption.AllDirectories);

    protected override ValueTask Close()
    {
        if (Directory.Exists(link)) Directory.Delete(link);
        folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}

public sealed class BlobsOnS3Tests : BlobStoreTests
{
    private readonly DirectoryInfo disk = Directory.CreateTempSubdirectory("vagus-blobs-");
    private S3Server server = null!;

    static BlobsOnS3Tests()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
    }

    [Fact]
    public async Task A_copy_from_a_folder_that_was_broken_off_goes_on_and_ends_with_the_same_contents()
    {
        await using var folder = Of(new BlobOptions { Folder = disk.FullName });
        var names = Enumerable.Range(0, 12)
            .Select(number => First with { Id = $"01990000-0000-7000-8000-0000000000{number:x2}" }).ToList();
        foreach (var name in names)
            await folder.GetRequiredService<IBlobStore>().Put(
                name, async (to, token) => await to.WriteAsync(RandomNumberGenerator.GetBytes(50_000), token), Cancel);
        using var kill = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new CopyBlobs(disk.FullName, Store).Run(
            done =>
            {
                if (done.Seen == 5) kill.Cancel();
            },
            kill.Token));
        var told = new List<CopiedBlobs>();

        var second = await new CopyBlobs(disk.FullName, Store).Run(told.Add, Cancel);

        Assert.Equal((12, 7), (second.Seen, second.Copied));
        Assert.Equal(Enumerable.Range(1, 12), told.Select(done => (int)done.Seen));
        foreach (var name in names)
        {
            await using var there = await Store.Open(name, Cancel);
            await using var source = await folder.GetRequiredService<IBlobStore>().Open(name, Cancel);
            Assert.Equal(await SHA256.HashDataAsync(source!, Cancel), await SHA256.HashDataAsync(there!, Cancel));
        }
    }

    [Fact]
    public async Task A_copy_from_a_bucket_takes_the_contents_of_one_tenant_and_reads_them_back()
    {
        await using var folder = Of(new BlobOptions { Folder = disk.FullName });
        var to = folder.GetRequiredService<IBlobStore>();
        var content = RandomNumberGenerator.GetBytes(50_000);
        var other = First with { Tenant = new TenantId("south") };
        await Put(First, content);
        await Put(other, [1]);

        var copied = await new CopyBlobs(Store, to, First.Tenant).Run(_ => { }, Cancel);

        Assert.Equal(new CopiedBlobs(1, 1, 50_000), copied);
        await using var there = await to.Open(First, Cancel);
        Assert.Equal(SHA256.HashData(content), await SHA256.HashDataAsync(there!, Cancel));
        Assert.Null(await to.Open(other, Cancel));
    }

    [Fact]
    public async Task A_copy_that_is_read_back_other_than_it_was_sent_is_told()
    {
        await using var folder = Of(new BlobOptions { Folder = disk.FullName });
        await folder.GetRequiredService<IBlobStore>().Put(
            First, async (to, token) => await to.WriteAsync(new byte[] { 1, 2, 3 }, token), Cancel);
        await Put(First, [1, 2, 4]);

        var told = await Assert.ThrowsAsync<InvalidDataException>(
            async () => await new CopyBlobs(disk.FullName, Store).Run(_ => { }, Cancel));

        Assert.Contains(First.Path, told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_that_a_killed_process_left_are_ended_a_day_later_and_what_was_begun_since_is_not()
    {
        var (underWay, killed) = (new TaskCompletionSource(), new TaskCompletionSource());
        var upload = Store.Put(
            First,
            async (to, token) =>
            {
                await to.WriteAsync(new byte[17 * 1024 * 1024], token);
                underWay.SetResult();
                await killed.Task;
            },
            Cancel).AsTask();
        await underWay.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        var early = await Store.RemoveUnfinished(DateTimeOffset.UtcNow.AddHours(23), Cancel);
        var left = Uploads().Length;
        var late = await Store.RemoveUnfinished(DateTimeOffset.UtcNow.AddHours(25), Cancel);

        Assert.Equal((0, 1, 1), (early, left, late));
        Assert.Empty(Uploads());
        Assert.Equal(0, await Store.RemoveUnfinished(DateTimeOffset.UtcNow.AddHours(25), Cancel));
        killed.SetException(new IOException("The process was killed."));
        Assert.Equal("The process was killed.", (await Assert.ThrowsAsync<IOException>(() => upload)).Message);
        Assert.Null(await Store.Open(First, Cancel));
    }

    protected override async ValueTask<BlobOptions> Options()
    {
        server = await S3Server.Start();
        return new BlobOptions { S3 = "s3://anchors/files", S3Endpoint = server.Address };
    }

    protected override ValueTask<BlobOptions> Other() =>
        ValueTask.FromResult(new BlobOptions { S3 = "s3://anchors/files/", S3Endpoint = server.Address });

    protected override IEnumerable<string> Leftovers() =>
        Directory.EnumerateFiles(server.Folder, First.Id + "._S3rver_object", SearchOption.AllDirectories).Concat(Uploads());

    private string[] Uploads() => Directory.GetDirectories(server.Folder, "._S3rver_uploads", SearchOption.AllDirectories)
        .SelectMany(Directory.GetDirectories).ToArray();

    protected override ValueTask Close()
    {
        disk.Delete(recursive: true);
        return server.DisposeAsync();
    }
}

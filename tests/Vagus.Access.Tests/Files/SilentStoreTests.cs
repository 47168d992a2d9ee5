using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;

namespace Vagus.Access.Tests.Files;

/// <summary>An S3 server that hangs: a request of ours ends with a word for it, and not when the server pleases.</summary>
public sealed class SilentStoreTests : IAsyncDisposable
{
    private const int Length = 4_000;
    private const int Large = 17 * 1024 * 1024;
    private static readonly BlobName Name = new(new TenantId("north"), "01990000-0000-7000-8000-0000000000ab");

    // Without a limit of ours nothing would end before this one, which fails the test.
    private static readonly TimeSpan Hung = TimeSpan.FromMinutes(1);
    private ServiceProvider? services;

    static SilentStoreTests()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_not_waited_for()
    {
        await using var silent = new SilentStore(_ => null);
        var store = Of(silent);

        await Silent(store.Open(Name, Cancel).AsTask());
        await Silent(store.Delete(Name, Cancel).AsTask());
        await Silent(store.Put(Name, async (to, token) => await to.WriteAsync(new byte[100], token), Cancel).AsTask());
        await Silent(store.Put(
            Name, async (to, token) => await to.WriteAsync(RandomNumberGenerator.GetBytes(Large), token), Cancel).AsTask());
    }

    [Fact]
    public async Task A_body_that_stops_in_its_middle_is_not_waited_for()
    {
        await using var silent = new SilentStore(Whole);
        await using var stream = await Of(silent).Open(Name, Cancel);
        var content = new byte[Length];

        var reading = stream!.ReadExactlyAsync(content, Cancel).AsTask();

        await Silent(reading);
        Assert.Equal((byte)'a', content[99]);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_the_stores_own_fault()
    {
        await using var broken = new SilentStore(Whole) { BreaksOffBehind = "GET" };
        await using var stream = await Of(broken).Open(Name, Cancel);

        await Assert.ThrowsAsync<FilesUnreachableException>(async () => await stream!.ReadExactlyAsync(new byte[Length], Cancel));
    }

    [Fact]
    public async Task A_store_that_has_an_object_and_cannot_give_it_is_unreachable()
    {
        await using var failing = new SilentStore(line => line.StartsWith("HEAD", StringComparison.Ordinal) ? Head(200) + "\r\n"
            : "HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n");
        await using var stream = await Of(failing, TimeSpan.FromSeconds(30)).Open(Name, Cancel);

        await Assert.ThrowsAsync<FilesUnreachableException>(async () => await stream!.ReadExactlyAsync(new byte[Length], Cancel));
    }

    [Fact]
    public async Task Why_a_large_upload_ended_is_told_though_the_store_cannot_be_told_of_it()
    {
        await using var dying = new SilentStore(Parts) { BreaksOffBehind = "DELETE" };

        var told = await Assert.ThrowsAsync<InvalidDataException>(() => Of(dying, TimeSpan.FromSeconds(30)).Put(
            Name,
            async (to, token) =>
            {
                await to.WriteAsync(new byte[Large], token);
                throw new InvalidDataException("It is no PDF.");
            },
            Cancel).AsTask());

        Assert.Equal("It is no PDF.", told.Message);
    }

    [Fact]
    public async Task Joining_the_parts_of_a_large_upload_may_take_longer_than_an_answer()
    {
        var clock = new FakeTimeProvider();
        var silence = TimeSpan.FromSeconds(30);
        await using var slow = new SilentStore(line =>
        {
            if (line.StartsWith("POST", StringComparison.Ordinal) && line.Contains("uploadId=", StringComparison.Ordinal))
                clock.Advance(silence * 9);
            return Parts(line);
        });

        await Of(slow, silence, clock).Put(Name, async (to, token) => await to.WriteAsync(new byte[Large], token), Cancel).AsTask()
            .WaitAsync(Hung, Cancel);
    }

    [Fact]
    public async Task A_caller_who_gives_up_is_told_so_and_not_that_the_server_was_silent()
    {
        await using var silent = new SilentStore(_ => null);
        var store = Of(silent, TimeSpan.FromMinutes(5));
        using var gone = new CancellationTokenSource();
        var opening = store.Open(Name, gone.Token).AsTask();

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(Hung, Cancel));
    }

    public async ValueTask DisposeAsync()
    {
        if (services is not null) await services.DisposeAsync();
    }

    private static async Task Silent(Task asked)
    {
        var told = await Assert.ThrowsAsync<FilesUnreachableException>(() => asked.WaitAsync(Hung, Cancel));
        Assert.IsType<TimeoutException>(told.InnerException);
    }

    private static string Head(int status) =>
        $"HTTP/1.1 {status} OK\r\nContent-Length: {Length}\r\nETag: \"e\"\r\nLast-Modified: Mon, 02 Nov 2026 10:00:00 GMT\r\n";

    /// <summary>An object of which no more than the beginning comes.</summary>
    private static string Whole(string line) => line.StartsWith("HEAD", StringComparison.Ordinal) ? Head(200) + "\r\n"
        : $"{Head(206)}Content-Range: bytes 0-{Length - 1}/{Length}\r\n\r\n{new string('a', 100)}";

    /// <summary>
    /// What a store says to an upload in parts. Each request has a connection of its own: a body's pieces begin with no method.
    /// </summary>
    private static string? Parts(string line) => line.Split(' ')[0] switch
    {
        "POST" when line.Contains("uploadId=", StringComparison.Ordinal) => Xml(
            "<CompleteMultipartUploadResult><Key>k</Key><ETag>\"e\"</ETag></CompleteMultipartUploadResult>"),
        "POST" => Xml("<InitiateMultipartUploadResult><Key>k</Key><UploadId>u</UploadId></InitiateMultipartUploadResult>"),
        "PUT" => "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\nETag: \"e\"\r\n\r\n",
        _ => null,
    };

    private static string Xml(string body) =>
        $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private IBlobStore Of(SilentStore silent, TimeSpan? silence = null, TimeProvider? clock = null)
    {
        var collection = new ServiceCollection();
        collection.AddSingleton(clock ?? TimeProvider.System);
        collection.AddStorage(new StorageOptions
        {
            Files = new BlobOptions { S3 = "s3://anchors/files", S3Endpoint = silent.Address, S3Silence = silence ?? TimeSpan.FromMilliseconds(300) },
        });
        services = collection.BuildServiceProvider();
        return services.GetRequiredService<IBlobStore>();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}

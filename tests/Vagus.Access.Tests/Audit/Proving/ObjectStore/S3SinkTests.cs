using System.Globalization;
using System.Text;
using Vagus.Access.Audit.Anchors;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit.Proving.ObjectStore;

/// <summary>Anchors in a bucket, against an S3 server of others.</summary>
public sealed class S3SinkTests
{
    static S3SinkTests()
    {
        // Where the AWS SDK looks for credentials; these are s3rver's.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "S3RVER");
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
    }

    [Fact]
    public async Task Anchors_and_keys_are_put_under_a_lock_and_only_where_nothing_is()
    {
        await using var server = await S3Server.Start();
        await using var log = await ProvedLog.Create(
            Engine.Sqlite, new TestClock(), options => options with { S3 = "s3://anchors/clinic", S3Endpoint = server.Address });
        await log.Append(5);

        Assert.True(await log.Anchor());

        var (key, _) = await server.NextPut();
        var (anchor, headers) = await server.NextPut();
        Assert.StartsWith("/anchors/clinic/_keys/", key, StringComparison.Ordinal);
        Assert.StartsWith("/anchors/clinic/north/00000000000005-20260301T080000Z.note", anchor, StringComparison.Ordinal);
        Assert.Equal("COMPLIANCE", headers.GetProperty("x-amz-object-lock-mode").GetString());
        Assert.Equal(
            new DateTimeOffset(2036, 3, 1, 8, 0, 0, TimeSpan.Zero),
            DateTimeOffset.Parse(headers.GetProperty("x-amz-object-lock-retain-until-date").GetString()!, CultureInfo.InvariantCulture));
        Assert.Equal("*", headers.GetProperty("if-none-match").GetString());
        Assert.True(headers.TryGetProperty("x-amz-checksum-sha256", out _), headers.ToString());
        var stored = Directory.GetFiles(server.Folder, "*.note*", SearchOption.AllDirectories);
        Assert.Contains(
            await Task.WhenAll(stored.Select(file => File.ReadAllTextAsync(file))),
            content => content.StartsWith("vagus/audit/north\n5\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bucket_that_does_not_answer_holds_up_no_other_sink()
    {
        await using var log = await ProvedLog.Create(
            Engine.Sqlite, change: options => options with { S3 = "s3://anchors", S3Endpoint = new Uri("http://127.0.0.1:9") });
        await log.Append(5);

        Assert.False(await log.Anchor());

        Assert.Single(Directory.GetFiles(Path.Combine(log.Anchors.Path, "north")));
        var ages = await AnchorAges.Read(
            log.Storage.Database, log.Storage.Get<AnchorOptions>(), log.Storage.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal([("folder", true), ("s3", false)], ages.Select(age => (age.Sink, age.LastAnchor is not null)));
    }

    [Fact]
    public async Task A_bucket_that_does_not_exist_is_a_failure()
    {
        await using var server = await S3Server.Start();
        using var sink = new S3Sink(new Uri("s3://nowhere"), new AnchorOptions { S3Endpoint = server.Address }, TimeProvider.System);

        await Assert.ThrowsAnyAsync<Exception>(async () => await sink.Add("north/1.note", Encoding.UTF8.GetBytes("note"), CancellationToken.None));
    }
}

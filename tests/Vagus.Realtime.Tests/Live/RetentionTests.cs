using System.Text.Json;
using Vagus.Storage;
using Vagus.Testing;

namespace Vagus.Realtime.Tests.Live;

/// <summary>Retention removes what a slow session has not read: each position is sent, or inside a gap that is told.</summary>
public abstract class RetentionTests(Engine engine)
{
    private const int First = 190;
    private const int Removed = 40;
    private const int Kept = 10;
    private static readonly RealtimeOptions Options = new()
    {
        MaxQueuedFrames = 32,
        MaxQueuedBytes = 256 * 1024,
        PollInterval = TimeSpan.FromMinutes(10),
    };

    [Fact]
    public async Task A_hole_that_reaches_beyond_the_place_of_the_tail_is_told_to_its_end()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-retention-");
        try
        {
            await using var clinic = await LiveClinic.Open(engine, Options, await StorageIn(folder.FullName));
            await using var beside = await clinic.Beside();
            await using var raw = await RawClient.Open(clinic, await clinic.SignIn());
            await raw.Subscribe(new { subscription_id = "s" });
            await clinic.WriteAtOnce(First, size: 30_000);

            // Not read meanwhile: its session waits for room in the middle, and the tail stands at the last of the first.
            await beside.WriteAtOnce(Removed, size: 10);
            clinic.Clock.Advance(TimeSpan.FromMinutes(3));
            await beside.WriteAtOnce(Kept, size: 10);
            await beside.Sweep(LiveClinic.North, kept: First + Removed + 1);

            var told = new List<long>();
            while (told.LastOrDefault() < First) told.AddRange(Positions(await raw.Next()));
            await clinic.WriteAtOnce(count: 1, size: 10);
            while (told[^1] <= First + Removed + Kept) told.AddRange(Positions(await raw.Next()));

            Assert.Equal(Enumerable.Range(1, First + Removed + Kept + 1).Select(position => (long)position), told);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_retention_removed_is_a_gap_and_the_rest_is_replayed()
    {
        var folder = Directory.CreateTempSubdirectory("vagus-retention-");
        try
        {
            await using var clinic = await LiveClinic.Open(engine, storage: await StorageIn(folder.FullName));
            for (var i = 0; i < 5; i++) await clinic.WriteOrder();
            clinic.Clock.Advance(TimeSpan.FromMinutes(3));
            for (var i = 0; i < 3; i++) await clinic.WriteOrder();
            await clinic.Sweep(LiveClinic.North, kept: 6);
            await using var client = await RawClient.Open(clinic, await clinic.SignIn());

            await client.Subscribe(new { subscription_id = "s", since = 2 });

            var gap = await client.Hear("gap");
            Assert.Equal((3, 5), (gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
            var told = new List<long>();
            while (told.Count < 3) told.Add((await client.Hear("clinical_event")).GetProperty("sequence").GetInt64());
            Assert.Equal([6, 7, 8], told);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<long> Positions(JsonElement? frame)
    {
        var data = frame!.Value.GetProperty("data");
        if (frame.Value.GetProperty("type").GetString() != "gap") return [data.GetProperty("sequence").GetInt64()];
        var from = data.GetProperty("from").GetInt64();
        return Enumerable.Range(0, (int)(data.GetProperty("to").GetInt64() - from) + 1).Select(number => from + number);
    }

    private async Task<StorageOptions> StorageIn(string folder) => engine == Engine.Postgres
        ? LiveClinic.Forgetful with { Postgres = await PostgresServer.NextDatabase() } : LiveClinic.Forgetful with { DataFolder = folder };
}

public sealed class RetentionOnSqlite() : RetentionTests(Engine.Sqlite);

public sealed class RetentionOnPostgres() : RetentionTests(Engine.Postgres);

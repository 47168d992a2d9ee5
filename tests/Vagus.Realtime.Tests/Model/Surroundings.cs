using System.Diagnostics;
using Vagus.Storage;
using Vagus.Testing;

namespace Vagus.Realtime.Tests.Model;

/// <summary>One server with its database, the model of its log, and what the runs on it have seen.</summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private readonly StorageOptions storage;
    private readonly long startedAt = Stopwatch.GetTimestamp();
    private Exception? broken;

    private Surroundings(StorageOptions storage, Tally tally)
    {
        (this.storage, Tally) = (storage, tally);
        Records = new Records(this);
    }

    /// <summary>Small, so that every limit is met within a run.</summary>
    public RealtimeOptions Options { get; } = new()
    {
        MaxQueuedFrames = 24,
        MaxQueuedBytes = 48 * 1024,
        MaxReplay = 900,
        CatchUpPage = 8,
        MaxFramesPerSecond = 100_000,
        PollInterval = TimeSpan.FromMilliseconds(50),
        PositionInterval = TimeSpan.FromMilliseconds(30),
    };

    public TenantId Tenant => LiveClinic.North;

    public ModelLog Log { get; } = new();

    public Records Records { get; }

    /// <summary>The time since the surroundings were made.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(startedAt);

    public Tally Tally { get; }

    public LiveClinic Clinic { get; private set; } = null!;

    public static async Task<Surroundings> Open(Engine engine, Tally tally)
    {
        var storage = engine == Engine.Postgres
            ? LiveClinic.Forgetful with { Postgres = await PostgresServer.NextDatabase() }
            : LiveClinic.Forgetful with { DataFolder = Directory.CreateTempSubdirectory("vagus-model-").FullName };
        var world = new Surroundings(storage, tally);
        world.Clinic = await LiveClinic.Open(engine, world.Options, storage, tally);
        return world;
    }

    public async Task Restart(bool isKilled)
    {
        Tally.Saw(isKilled ? Reached.Killed : Reached.Restarted);
        Clinic = await Clinic.Restart(Options, Tally, isKilled);
    }

    public void CountGap(Heard.Gap gap, bool isInside)
    {
        var byRetention = gap.From < Log.Oldest;
        Tally.Saw(byRetention ? Reached.GapByRetention : Reached.GapByMaxReplay);
        if (byRetention && isInside) Tally.Saw(Reached.GapInCatchUp);
    }

    /// <summary>Something that a reading loop met and cannot throw.</summary>
    public void Broke(Exception failure) => broken ??= failure;

    public void ThrowIfBroken()
    {
        if (broken is { } failure) throw new InvalidOperationException("A client met what the contract does not know.", failure);
    }

    public async ValueTask DisposeAsync()
    {
        await Clinic.DisposeAsync();
        Log.Dispose();
        if (storage.Postgres is null) Directory.Delete(storage.DataFolder, recursive: true);
    }
}

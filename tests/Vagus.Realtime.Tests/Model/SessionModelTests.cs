using System.Globalization;

namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// Random sessions on both gateways against a model. <c>VAGUS_MODEL_RUNS</c> says how many runs, <c>VAGUS_MODEL_SEED</c> plays one seed
/// again. See README.md beside this file.
/// </summary>
public abstract class SessionModelTests(Engine engine, ITestOutputHelper output)
{
    private const int RunsPerServer = 40;
    private const int Length = 30;
    private const int FirstSeed = 20_261_126;
    private static readonly int Runs = Number("VAGUS_MODEL_RUNS") ?? 40;

    // A state that chance has left out gets more chances.
    private static readonly int Most = Math.Max(3 * Runs, 240);

    [Fact]
    public Task Every_client_of_ws_gets_every_event_once_in_order_or_is_told_a_gap_or_closed() =>
        Play(isRaw: true, except: [Reached.Recovered]);

    [Fact]
    public Task Every_client_of_socket_io_gets_every_event_once_in_order_or_is_told_a_gap_or_closed() =>
        Play(isRaw: false, except: [Reached.OwedClaimed, Reached.OwedToldAsGap, Reached.Resumed, Reached.HeardGone]);

    private async Task Play(bool isRaw, Reached[] except)
    {
        var tally = new Tally();
        // The same sessions each time, so that a change is judged by what it did; a number of runs that is asked for draws other ones.
        var first = Number("VAGUS_MODEL_SEED") ?? (Number("VAGUS_MODEL_RUNS") is null ? FirstSeed : Random.Shared.Next(1_000_000) * 1_000);
        var least = Number("VAGUS_MODEL_SEED") is null ? Runs : 1;
        var played = 0;
        string? fault = null;
        while (fault is null && (played < least || (least > 1 && tally.NotSeen(except).Length > 0 && played < Most)))
        {
            await using var world = await Surroundings.Open(engine, tally);
            var last = played + Math.Min(RunsPerServer, least);
            for (; fault is null && played < last; played++) fault = await Play(world, isRaw, first + played);
        }

        output.WriteLine($"{played} runs from seed {first}: {tally.Report()}");
        Assert.True(fault is null, fault);
        if (least > 1) Assert.Empty(tally.NotSeen(except));
    }

    private static async Task<string?> Play(Surroundings world, bool isRaw, int seed)
    {
        world.Tally.TakeComplaints();
        var run = new SessionRun(world, isRaw, seed);
        try
        {
            await run.Play(Length);
            return null;
        }
        catch (Exception failure)
        {
            return $"VAGUS_MODEL_SEED={seed.ToString(CultureInfo.InvariantCulture)}: {failure}{Environment.NewLine}{run.Script}{Environment.NewLine}{world.Tally.TakeComplaints()}";
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}

public sealed class SessionModelOnSqlite(ITestOutputHelper output) : SessionModelTests(Engine.Sqlite, output);

public sealed class SessionModelOnPostgres(ITestOutputHelper output) : SessionModelTests(Engine.Postgres, output);

using System.Globalization;

namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// Random sessions on both gateways against a model. <c>VAGUS_MODEL_RUNS</c> says how many runs, <c>VAGUS_MODEL_SEED</c> plays one seed again. See
/// README.md beside this file.
/// </summary>
public abstract class SessionModelTests(Engine engine, ITestOutputHelper output)
{
    private const int RunsPerServer = 40;
    private const int Length = 30;
    private static readonly int Runs = Number("VAGUS_MODEL_RUNS") ?? 120;

    [Fact]
    public Task Every_client_of_ws_gets_every_event_once_in_order_or_is_told_a_gap_or_closed() => Play(isRaw: true, except: [Reached.Recovered]);

    [Fact]
    public Task Every_client_of_socket_io_gets_every_event_once_in_order_or_is_told_a_gap_or_closed() =>
        Play(isRaw: false, except: [Reached.OwedClaimed, Reached.OwedToldAsGap, Reached.Resumed]);

    private async Task Play(bool isRaw, Reached[] except)
    {
        var tally = new Tally();
        var seeds = Number("VAGUS_MODEL_SEED") is { } one ? [one] : Enumerable.Range(Random.Shared.Next(1_000_000) * 1_000, Runs).ToArray();
        var faults = new List<string>();
        foreach (var some in seeds.Chunk(RunsPerServer))
        {
            var world = await Surroundings.Open(engine, tally);
            try
            {
                foreach (var seed in some.TakeWhile(_ => faults.Count == 0)) if (await Play(world, isRaw, seed) is { } fault) faults.Add(fault);
            }
            finally
            {
                await world.DisposeAsync();
            }

            if (faults.Count > 0) break;
        }

        output.WriteLine($"{seeds.Length} runs from seed {seeds[0]}: {tally.Report()}");
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
        if (seeds.Length > 1) Assert.Empty(tally.NotSeen(except));
    }

    private static async Task<string?> Play(Surroundings world, bool isRaw, int seed)
    {
        var run = new SessionRun(world, isRaw, seed);
        try
        {
            await run.Play(Length);
            return null;
        }
        catch (Exception failure)
        {
            return $"VAGUS_MODEL_SEED={seed.ToString(CultureInfo.InvariantCulture)}: {failure}{Environment.NewLine}{run.Script}";
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}

public sealed class SessionModelOnSqlite(ITestOutputHelper output) : SessionModelTests(Engine.Sqlite, output);

public sealed class SessionModelOnPostgres(ITestOutputHelper output) : SessionModelTests(Engine.Postgres, output);

using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Visibility.Tests.Matrix;

/// <summary>
/// Every event that FHIR writes derive × each of its records labelled, withheld, unreleased or moved, at once or later × every role,
/// permission, patient and proxy × live, replay and recovery on both sockets: what is shown equals what a read of the parts would show,
/// asked at the FHIR doors.
/// </summary>
/// <param name="house">The server on one engine.</param>
/// <param name="share">Every so many-th variant is played.</param>
public abstract class MatrixTests(House house, int share)
{
    // Not derived from a write: threads have no room yet, alerts and notifications come of other events, a viewing is derived from a read.
    private static readonly string[] NotDerived = ["thread", "message", "note", "alert", "notification", "resource"];

    private int cells;

    [Fact]
    public async Task What_is_shown_is_what_a_read_of_the_parts_would_show()
    {
        var plain = await Play(Variant.Plain, baseline: null);
        var derived = EventCatalogue.All.Where(type => !NotDerived.Contains(type.Family) && type.Name != "lab.result.viewed")
            .Select(type => type.Name);
        Assert.Empty(derived.Except(plain.Values.SelectMany(heard => heard).Select(key => key.Split(' ')[0])));

        await Parallel.ForEachAsync(
            Variant.All.Where((_, index) => index % share == 0), new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (variant, _) => await Play(variant, plain));

        TestContext.Current.SendDiagnosticMessage("{0} cells of the visibility matrix were checked", cells);
        TestContext.Current.TestOutputHelper?.WriteLine($"{cells} cells of the visibility matrix were checked");
        Assert.InRange(cells, 20_000 / share, int.MaxValue);
    }

    /// <summary>Plays all recipes in a clinic of their own and answers who heard what.</summary>
    private async Task<IReadOnlyDictionary<string,
        HashSet<string>>> Play(Variant variant, IReadOnlyDictionary<string, HashSet<string>>? baseline)
    {
        var clinic = await house.NewClinic();
        var boss = await clinic.Has(Role.Admin, sensitive: true);
        var play = new Script(boss, variant);
        await play.Prepare();
        var since = (await house.Get<EventLog>().Extent(clinic.Tenant, CancellationToken.None)).Last;
        await using var crowd = await Crowd.Gather(clinic, since);

        await play.Write(labelled: !variant.Later);
        await crowd.Settle();
        var readings = await Read(crowd, play);
        var heard = CheckLive(variant, readings, play, baseline);
        if (variant.Later)
        {
            await play.Narrow();
            await crowd.Settle();
            readings = await Read(crowd, play);
        }

        await CheckReplays(variant, clinic, readings, play, baseline);
        return heard;
    }

    private Dictionary<string, HashSet<string>> CheckLive(
        Variant variant, List<(Member Member, Reading Reading, Reading Twin)> readings, Script play, IReadOnlyDictionary<string,
            HashSet<string>>? baseline)
    {
        var heard = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (member, reading, twin) in readings)
        {
            var judge = new Judge(member.Person, reading, twin, play, IsLater: false);
            Count(judge.Check($"{variant}, live /ws", member.Raw.All, baseline));
            Count(judge.Check($"{variant}, live Socket.IO", member.Socket.All, baseline));
            Count(judge.CheckUpdates($"{variant}, live /ws", member.Raw.All));
            heard[member.Person.ToString()] = [.. member.Raw.Events.Select(Judge.KeyOf)];
        }

        return heard;
    }

    private async Task CheckReplays(
        Variant variant, Clinic clinic, List<(Member Member, Reading Reading, Reading Twin)> readings, Script play,
            IReadOnlyDictionary<string, HashSet<string>>? baseline)
    {
        var turn = 0;
        foreach (var (member, reading, twin) in readings)
        {
            var judge = new Judge(member.Person, reading, twin, play, variant.Later);
            var (socket, raw, recovered) = await member.Replays(clinic);
            Count(judge.Check($"{variant}, replay Socket.IO", socket, baseline));
            Count(judge.Check($"{variant}, replay /ws", raw, baseline));
            Count(judge.Check($"{variant}, recovery", recovered, baseline));
            Count(judge.CheckUpdates($"{variant}, replay /ws", raw));
        }

        // Last, for opening a report is an event too.
        foreach (var (member, reading, _) in readings)
        {
            await reading.AgreesWith(
                member.Person, play.Versions.Skip(turn++ % 7).Where((_, index) => index % 7 == 0).Select(each => (each.Key, each.Value)));
            Count(reading.Cells);
        }
    }

    private static async Task<List<(Member Member, Reading Reading, Reading Twin)>> Read(Crowd crowd, Script play)
    {
        var readings = new Dictionary<Member, Reading>();
        foreach (var member in crowd.Members) readings[member] = await Reading.Of(member.Person, play.Versions);
        return [.. crowd.Members.Select(member => (member, readings[member], readings[crowd.TwinOf(member)]))];
    }

    private void Count(int more) => Interlocked.Add(ref cells, more);
}

public sealed class MatrixOnSqlite(SqliteHouse house) : MatrixTests(house, share: 1);

// What is shown is decided in code that does not know the engine: the other one plays every second variant.
public sealed class MatrixOnPostgres(PostgresHouse house) : MatrixTests(house, share: 2);

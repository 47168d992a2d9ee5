using Vagus.Access.Audit.Checkpoints;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>
/// Somebody with the database, past its triggers, does each of eight things at a random place; the verifier, which runs as a process of its
/// own and shares no code with the server, names the place. The seed is in the message of a failure.
/// </summary>
public abstract class TamperingTests(Engine engine)
{
    private readonly int seed = Environment.TickCount;

    [Fact]
    public async Task An_untouched_log_passes()
    {
        await using var log = await Filled();

        var verified = await Verify(log);

        Assert.True(verified.ExitCode == 0, $"{verified}");
        Assert.Equal((Size, 3), (verified["north"].Entries, verified["north"].Anchors));
        Assert.Equal(Size, verified["north"].LastGoodAnchor);
        Assert.Equal(4, verified["north"].Checkpoints);
    }

    [Fact]
    public async Task A_changed_entry_is_named()
    {
        await using var log = await Filled();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var index = Somewhere(0, Size);

        await attacker.Run("update audit_entry set body = @a where idx = @b", "{\"action\":\"read\",\"outcome\":4}"u8.ToArray(), index);

        Named(await Verify(log), index);
    }

    [Fact]
    public async Task A_deleted_entry_is_named()
    {
        await using var log = await Filled();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var index = Somewhere(0, Size);

        await attacker.Run("delete from audit_entry where idx = @a", index);

        Exactly(await Verify(log), index, index);
    }

    [Fact]
    public async Task Reordered_entries_are_named()
    {
        await using var log = await Filled();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var (one, other) = (Somewhere(0, Size / 2), Somewhere(Size / 2, Size));
        var entries = await attacker.Entries();

        (entries[one], entries[other]) = (entries[other] with { At = entries[one].At }, entries[one] with { At = entries[other].At });
        await attacker.WriteEntries(entries);

        Named(await Verify(log), one);
    }

    [Fact]
    public async Task A_log_that_was_cut_off_is_named_where_it_ends()
    {
        await using var log = await Filled();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var left = Somewhere(1, Size);

        await attacker.Rebuild((await attacker.Entries())[..left], await log.Key());
        await attacker.RemoveAnchorRecords();

        Exactly(await Verify(log), left, Size - 1);
    }

    [Fact]
    public async Task An_old_copy_of_the_database_is_named_where_it_ends()
    {
        await using var log = await ProvedLog.Create(engine);
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var old = Somewhere(1, Size);
        foreach (var size in Checkpoints.Append(old).Order())
        {
            await log.Append(size - log.Size);
            if (size != old) Assert.True(await log.Anchor());
            else await attacker.Copy();
        }

        var verified = await Verifier.Run(["verify", "--json", .. attacker.CopiedDatabase, "--anchors", log.Anchors.Path]);

        Exactly(verified, old, Size - 1);
        Assert.Equal(Checkpoints.Where(size => size < old).DefaultIfEmpty(0).Max(), verified["north"].LastGoodAnchor);
    }

    [Fact]
    public async Task An_entry_that_is_there_twice_is_named()
    {
        await using var log = await Filled();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var index = Somewhere(0, Size);
        var entries = await attacker.Entries();

        entries.Insert(index + 1, entries[index]);
        await attacker.WriteEntries(entries);

        Named(await Verify(log), index + 1);
    }

    [Fact]
    public async Task A_log_that_was_signed_anew_with_another_key_is_named_between_the_anchors()
    {
        await using var log = await Filled();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var index = Somewhere(0, Size);
        var entries = await attacker.Entries();

        entries[index] = entries[index] with { Body = "{\"action\":\"read\",\"outcome\":0}"u8.ToArray() };
        var other = CheckpointKey.Create();
        await attacker.Rebuild(entries, other, Checkpoints);
        await attacker.Run("update audit_key set key_id = @a, public_key = @b", other.Id, other.PublicKey);

        Between(await Verify(log), index);
    }

    [Fact]
    public async Task A_second_history_signed_with_the_real_key_is_named_between_the_anchors()
    {
        await using var log = await Filled();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var index = Somewhere(0, Size);
        var entries = await attacker.Entries();

        for (var later = index; later < Size; later++)
            entries[later] = entries[later] with { Body = [.. "{\"action\":\"forked\",\"outcome\":0,\"detail\":\""u8, .. entries[later].Body[10..12], .. "\"}"u8] };
        await attacker.Rebuild(entries, await log.Key(), Checkpoints);

        Between(await Verify(log), index);
    }

    private int Size => Checkpoints[^1];

    /// <summary>Signed at each, anchored at all but the third.</summary>
    private int[] Checkpoints => field ??= Sizes(new Random(seed));

    private static int[] Sizes(Random random)
    {
        var first = random.Next(100, 400);
        var second = first + random.Next(100, 400);
        var third = second + random.Next(10, 50);
        return [first, second, third, third + random.Next(10, 100)];
    }

    private int Somewhere(int from, int to) => new Random(seed ^ to).Next(from, to);

    private async Task<ProvedLog> Filled()
    {
        var log = await ProvedLog.Create(engine);
        var before = 0;
        foreach (var size in Checkpoints)
        {
            await log.Append(size - before);
            before = size;
            if (size == Checkpoints[2]) await log.Sign();
            else Assert.True(await log.Anchor());
        }

        return log;
    }

    private static Task<Verified> Verify(ProvedLog log) => Verifier.Verify(log.Storage, log.Anchors);

    /// <summary>The index itself where its tile is full; else what the signed sizes around it allow.</summary>
    private void Named(Verified verified, long index)
    {
        if (index < Size / 256 * 256) Exactly(verified, index, null);
        else Between(verified, index, Checkpoints);
    }

    private void Exactly(Verified verified, long first, long? last)
    {
        Assert.True(verified.ExitCode == 10, $"seed {seed}: {verified}");
        var verdict = verified["north"];
        Assert.True(first == verdict.FirstBad && (last ?? verdict.LastBad) == verdict.LastBad, $"seed {seed}, expected {first}: {verified}");
        Assert.True(verdict.LastGoodAnchor <= Size && Checkpoints.Prepend(0).Contains((int)verdict.LastGoodAnchor), $"seed {seed}: {verified}");
    }

    private void Between(Verified verified, long index) => Between(verified, index, [Checkpoints[0], Checkpoints[1], Checkpoints[3]]);

    private void Between(Verified verified, long index, int[] signed)
    {
        Assert.True(verified.ExitCode == 10, $"seed {seed}: {verified}");
        var (before, after) = (signed.Where(size => size <= index).DefaultIfEmpty(0).Max(), signed.Where(size => size > index).Min());
        var verdict = verified["north"];
        Assert.True(
            verdict.FirstBad >= before && verdict.FirstBad <= index && verdict.LastBad >= index && verdict.LastBad >= after - 1 - 256,
            $"seed {seed}, expected {index} between {before} and {after}: {verified}");
    }
}

public sealed class TamperingOnSqlite() : TamperingTests(Engine.Sqlite);

public sealed class TamperingOnPostgres() : TamperingTests(Engine.Postgres);

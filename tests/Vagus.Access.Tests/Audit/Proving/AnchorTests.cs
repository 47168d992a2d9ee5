using Vagus.Access.Audit.Anchors;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>What lands in a sink, what does not, and what the verifier says where anchors or keys are missing.</summary>
public abstract class AnchorTests(Engine engine)
{
    [Fact]
    public async Task A_round_anchors_what_has_grown_and_the_public_keys()
    {
        await using var log = await ProvedLog.Create(engine, new TestClock());
        await log.Append(5);
        Assert.True(await log.Anchor());
        Assert.True(await log.Anchor());
        await log.Append(5);
        Assert.True(await log.Anchor());

        Assert.Equal(["00000000000005-20260301T080000Z.note", "00000000000010-20260301T080000Z.note"], Files(log, "north"));
        Assert.Equal([$"{(await log.Key()).Id}.vkey"], Files(log, "_keys"));
    }

    [Fact]
    public async Task An_anchor_is_never_overwritten()
    {
        await using var log = await ProvedLog.Create(engine, new TestClock());
        await log.Append(5);
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(log.Anchors.Path, "north")).FullName, "00000000000005-20260301T080000Z.note");
        await File.WriteAllTextAsync(file, "other");

        Assert.False(await log.Anchor());

        Assert.Equal("other", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task What_a_killed_process_left_of_an_anchor_is_in_nobodys_way()
    {
        await using var log = await ProvedLog.Create(engine, new TestClock());
        await log.Append(5);
        const string Name = "00000000000005-20260301T080000Z.note";
        var folder = Directory.CreateDirectory(Path.Combine(log.Anchors.Path, "north")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, $"{Name}.part"), "half");

        Assert.True(await log.Anchor());

        Assert.Equal([Name], Files(log, "north"));
        Assert.NotEqual("half", await File.ReadAllTextAsync(Path.Combine(folder, Name)));
    }

    [Fact]
    public async Task A_sink_that_takes_nothing_is_told_of_and_tried_again()
    {
        await using var log = await ProvedLog.Create(
            engine, change: options => options with { Folder = Path.Combine(options.Folder!, "anchors") });
        var folder = Path.Combine(log.Anchors.Path, "anchors");
        await File.WriteAllTextAsync(folder, "a file is in the way");
        await log.Append(5);

        Assert.False(await log.Anchor());
        var waiting = Assert.Single(await Ages(log, TimeSpan.FromMinutes(20)));
        File.Delete(folder);
        Assert.True(await log.Anchor());

        Assert.Null(waiting.LastAnchor);
        Assert.InRange(waiting.Waiting, TimeSpan.FromMinutes(19), TimeSpan.FromMinutes(30));
        var now = Assert.Single(await Ages(log, TimeSpan.Zero));
        Assert.Equal(TimeSpan.Zero, now.Waiting);
        Assert.NotNull(now.LastAnchor);
    }

    [Fact]
    public async Task A_log_that_does_not_go_on_from_what_was_signed_is_not_anchored()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(300);
        await log.Anchor();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var entries = await attacker.Entries();
        await attacker.Run("create table kept_note as select * from audit_checkpoint");
        entries[7] = entries[7] with { Body = "{\"action\":\"read\",\"outcome\":0}"u8.ToArray() };
        await attacker.Rebuild(entries, await log.Key());
        await attacker.Run("insert into audit_checkpoint select * from kept_note");
        await log.Append(1);

        await log.Anchor();

        Assert.Single(Files(log, "north"));
    }

    [Fact]
    public async Task The_duty_signs_and_anchors_and_does_both_once_more_at_its_end()
    {
        await using var log = await ProvedLog.Create(engine, change: options => options with { Interval = TimeSpan.FromHours(1) });
        var duty = Assert.IsType<KeepCheckpoints>(log.Storage.Get<Vagus.Storage.Consuming.LeasedDuty>());
        await log.Append(5);
        await duty.Turn(CancellationToken.None);
        await log.Append(5);

        await duty.Turn(CancellationToken.None);
        await duty.Finish(CancellationToken.None);

        Assert.Equal([5L, 10L], Files(log, "north").Select(file => long.Parse(file[..14], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_tenant_of_which_no_writes_are_taken_holds_up_no_others_signature_and_anchor()
    {
        await using var log = await ProvedLog.Create(engine);
        var stopped = new TenantId("0-stopped");
        await log.Append(5);
        await log.Append(5, stopped);
        await log.Sign();
        await StoppedTenant.Stop(log.Storage.Commit, stopped);

        Assert.True(await log.Anchor());

        Assert.Single(Files(log, "north"));
    }

    [Fact]
    public async Task A_log_that_grew_before_its_tenant_was_stopped_holds_up_no_others_signature()
    {
        await using var log = await ProvedLog.Create(engine);
        var stopped = new TenantId("0-stopped");
        await log.Append(5);
        await log.Append(5, stopped);
        await StoppedTenant.Stop(log.Storage.Commit, stopped);

        Assert.True(await log.Anchor());

        Assert.Single(Files(log, "north"));
    }

    [Fact]
    public async Task The_verifier_misses_anchors()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(5);
        await log.Sign();

        var none = await Verifier.Verify(log.Storage, log.Anchors);
        await log.Anchor();
        await log.Append(5);
        await log.Anchor();
        File.Delete(Directory.GetFiles(Path.Combine(log.Anchors.Path, "north")).Order(StringComparer.Ordinal).Last());
        var removed = await Verifier.Verify(log.Storage, log.Anchors);

        Assert.Equal((11, "no anchor holds"), (none.ExitCode, none["north"].Reason));
        Assert.Equal((11, 5), (removed.ExitCode, removed["north"].LastGoodAnchor));
        Assert.Equal(0, (await Verifier.Verify(log.Storage, log.Anchors, "--without-anchors")).ExitCode);
    }

    [Fact]
    public async Task The_verifier_says_that_anchoring_has_stopped()
    {
        var clock = new TestClock();
        await using var log = await ProvedLog.Create(engine, clock);
        await log.Append(5);
        await log.Anchor();
        await log.Append(1);
        clock.Advance(TimeSpan.FromMinutes(70));
        await log.Append(1);

        var verified = await Verifier.Verify(log.Storage, log.Anchors);

        Assert.Equal((11, "AnchorsMissing"), (verified.ExitCode, verified["north"].Verdict));
    }

    [Fact]
    public async Task Entries_that_wait_for_their_next_anchor_are_no_finding()
    {
        var clock = new TestClock();
        await using var log = await ProvedLog.Create(engine, clock);
        await log.Append(10);
        await log.Anchor();
        clock.Advance(TimeSpan.FromHours(3));
        await log.Append(300);
        await log.Anchor();
        clock.Advance(TimeSpan.FromMinutes(4));
        await log.Append(5);

        var verified = await Verifier.Verify(log.Storage, log.Anchors);

        Assert.True(verified.ExitCode == 0, $"{verified}");
    }

    [Fact]
    public async Task A_log_that_does_not_exist_is_not_verified()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(1);
        await log.Anchor();

        Assert.Equal(2, (await Verifier.Verify(log.Storage, log.Anchors, "--tenant", "nroth")).ExitCode);
        Assert.Equal(0, (await Verifier.Verify(log.Storage, log.Anchors, "--tenant", "north")).ExitCode);
    }

    [Fact]
    public async Task The_verifier_does_not_take_the_word_of_a_key_that_it_does_not_know()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(5);
        await log.Anchor();
        using var other = new KeyFile(CheckpointKey.VerifierKey(CheckpointKey.Create().PublicKey));

        var verified = await Verifier.Verify(log.Storage, log.Anchors, "--key", other.Path);

        Assert.Equal((12, "KeyUnknown"), (verified.ExitCode, verified["north"].Verdict));
    }

    [Fact]
    public async Task Entries_that_retention_removed_are_proved_by_their_tiles_and_none_may_go_before_six_years()
    {
        var clock = new TestClock(new DateTimeOffset(2019, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var log = await ProvedLog.Create(engine, clock);
        await log.Append(300);
        await log.Anchor();
        clock.Set(DateTimeOffset.UtcNow.AddYears(-1));
        await log.Append(100);
        await log.Anchor();
        clock.Set(DateTimeOffset.UtcNow);
        await log.Append(200);
        await log.Anchor();
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);

        await Remove(attacker, 256);
        var kept = await Verifier.Verify(log.Storage, log.Anchors);
        await Remove(attacker, 512);
        var early = await Verifier.Verify(log.Storage, log.Anchors);

        Assert.True(kept.ExitCode == 0, $"{kept}");
        Assert.Equal((10, 400L, 511L), (early.ExitCode, early["north"].FirstBad, early["north"].LastBad));
    }

    private static async Task Remove(Attacker attacker, long oldest)
    {
        await attacker.Run("update audit_head set oldest = @a", oldest);
        await attacker.Run("delete from audit_entry where idx < @a", oldest);
    }

    private static async Task<IReadOnlyList<AnchorAge>> Ages(ProvedLog log, TimeSpan later) => await AnchorAges.Read(
        log.Storage.Database, log.Storage.Get<AnchorOptions>(), log.Storage.Clock.GetUtcNow() + later, CancellationToken.None);

    private static IEnumerable<string> Files(ProvedLog log, string folder) =>
        Directory.GetFiles(Path.Combine(log.Anchors.Path, folder)).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);
}

public sealed class AnchorsOnSqlite() : AnchorTests(Engine.Sqlite);

public sealed class AnchorsOnPostgres() : AnchorTests(Engine.Postgres);

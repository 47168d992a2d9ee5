using Vagus.Access.Audit.Checkpoints;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>When logs are signed, with which key, and how one key leads to the next.</summary>
public abstract class CheckpointTests(Engine engine)
{
    private static readonly TenantId South = new("south");

    [Fact]
    public async Task Each_log_that_has_grown_is_signed_once()
    {
        await using var log = await ProvedLog.Create(engine);
        var sign = log.Storage.Get<SignCheckpoints>();
        await log.Append(5);
        await log.Append(2, South);

        Assert.Equal(2, await sign.SignGrown(CancellationToken.None));
        Assert.Equal(0, await sign.SignGrown(CancellationToken.None));
        await log.Append(1, South);
        Assert.Equal(1, await sign.SignGrown(CancellationToken.None));

        Assert.Equal([(5L, "north"), (2L, "south"), (3L, "south")], (await Notes(log)).Select(note => (note.Size, note.Tenant)));
    }

    [Fact]
    public async Task A_checkpoint_has_the_text_of_the_specification()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(5);
        await log.Sign();
        var root = (await StoredLog.Read(log.Storage.Database, ProvedLog.North)).Root;

        var note = Assert.Single(await Notes(log)).Text;

        Assert.StartsWith($"vagus/audit/north\n5\n{Convert.ToBase64String(root)}\n\n— vagus/audit ", note, StringComparison.Ordinal);
        Assert.EndsWith("\n", note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_sign_at_once_use_one_key_and_leave_a_log_that_verifies()
    {
        if (engine == Engine.Sqlite) return;
        await using var log = await ProvedLog.Create(engine);
        await using var other = log.Storage.Beside();
        await log.Append(5);

        await Task.WhenAll(
            log.Storage.Get<SignCheckpoints>().SignGrown(CancellationToken.None).AsTask(),
            other.Get<SignCheckpoints>().SignGrown(CancellationToken.None).AsTask());

        Assert.Single(await log.Storage.Get<CheckpointKeys>().Published(CancellationToken.None));
        await log.Anchor();
        Assert.Equal(0, (await Verifier.Verify(log.Storage, log.Anchors)).ExitCode);
    }

    [Fact]
    public async Task A_verifier_that_knows_the_old_key_learns_the_new_one_from_the_bridge()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(20);
        await log.Anchor();
        using var pinned = new KeyFile((await log.Storage.Get<CheckpointKeys>().Published(CancellationToken.None))[0]);

        var rotated = await log.Storage.Get<SignCheckpoints>().RotateKey(CancellationToken.None);
        await log.Append(20);
        await log.Anchor();

        Assert.False(rotated.IsRefused);
        Assert.Equal(2, (await log.Storage.Get<CheckpointKeys>().Published(CancellationToken.None)).Count);
        Assert.Contains((await Notes(log)), note => note.Text.Split("— ").Length == 3);
        var verified = await Verifier.Verify(log.Storage, log.Anchors, "--key", pinned.Path);
        Assert.True(verified.ExitCode == 0, $"{verified}");
    }

    [Fact]
    public async Task A_bridge_that_the_old_key_has_not_signed_leads_nowhere()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(20);
        await log.Anchor();
        using var pinned = new KeyFile((await log.Storage.Get<CheckpointKeys>().Published(CancellationToken.None))[0]);
        await using var attacker = await Attacker.Of(log.Storage, ProvedLog.North);
        var (real, forged) = (Assert.Single(await Notes(log)).Text, CheckpointKey.Create());
        var text = real[..(real.IndexOf("\n\n", StringComparison.Ordinal) + 1)];

        // The old key's signature of the plain text, under a text that names the new key.
        var bridge = $"{text}key {Convert.ToBase64String(forged.PublicKey)}\n";
        await attacker.Run(
            "insert into audit_checkpoint values ('north', 20, @a, 0, @b, true, true)",
            forged.Id, $"{bridge}\n{real[(text.Length + 1)..]}{forged.SignatureLine(bridge)}");

        Assert.Equal(10, (await Verifier.Verify(log.Storage, log.Anchors, "--key", pinned.Path)).ExitCode);
    }

    [Fact]
    public async Task The_private_half_of_a_retired_key_is_gone()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(1);
        await log.Sign();

        await log.Storage.Get<SignCheckpoints>().RotateKey(CancellationToken.None);

        var secrets = await log.Storage.Database.Query(
            new Statement("select active, secret is null from audit_key order by since, active"), [],
            row => (IsActive: row.GetBoolean(0), IsGone: row.GetBoolean(1)), CancellationToken.None);
        Assert.Equal([(false, true), (true, false)], secrets);
    }

    [Fact]
    public async Task Checkpoints_that_are_not_kept_go_after_an_hour_and_no_statement_removes_the_others()
    {
        var clock = new TestClock();
        await using var log = await ProvedLog.Create(engine, clock);
        await log.Append(1);
        await log.Anchor();
        await log.Append(1);
        await log.Sign();
        clock.Advance(TimeSpan.FromHours(2));
        await log.Append(1);
        await log.Anchor();

        Assert.Equal([1L, 3L], (await Notes(log)).Select(note => note.Size));
        await Assert.ThrowsAnyAsync<Exception>(async () => await log.Storage.Commit.Write<int>(
            ProvedLog.North, async (write, cancel) => await write.Execute(new Statement("delete from audit_checkpoint"), [], cancel), default));
        await Assert.ThrowsAnyAsync<Exception>(async () => await log.Storage.Commit.Write<int>(
            ProvedLog.North, async (write, cancel) => await write.Execute(new Statement("update audit_checkpoint set note = 'x'"), [], cancel),
            default));
    }

    private static async Task<List<(long Size, string Tenant, string Text)>> Notes(ProvedLog log) => await log.Storage.Database.Query(
        new Statement("select size, tenant_id, note from audit_checkpoint order by tenant_id, size, signed_at"), [],
        row => (row.GetInt64(0), row.GetString(1), row.GetString(2)), CancellationToken.None);
}

/// <summary>A public key that was kept apart.</summary>
internal sealed class KeyFile : IDisposable
{
    public KeyFile(string line) => File.WriteAllText(Path, line);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}

public sealed class CheckpointsOnSqlite() : CheckpointTests(Engine.Sqlite);

public sealed class CheckpointsOnPostgres() : CheckpointTests(Engine.Postgres);

using Vagus.Access.Audit;
using Vagus.Access.Audit.Proofs;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>Inclusion and consistency proofs from tiles and rows, against the definitions of RFC 6962 §2.1 and the verifier.</summary>
public abstract class ProofTests(Engine engine)
{
    [Fact]
    public async Task The_root_of_every_size_is_that_of_the_definition()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(600);
        var leaves = await Leaves(log);
        var tree = new AuditTree(log.Storage.Database, ProvedLog.North, CancellationToken.None);

        foreach (var size in Sizes)
            Assert.Equal(StoredLog.RootOf(leaves.AsSpan(0, size)), await tree.Root(size));
    }

    [Fact]
    public async Task Inclusion_proofs_are_those_of_the_definition()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(600);
        var leaves = await Leaves(log);
        var tree = new AuditTree(log.Storage.Database, ProvedLog.North, CancellationToken.None);

        foreach (var size in Sizes)
        {
            foreach (var index in new[] { 0, 1, size / 3, size / 2, size - 1 }.Where(index => index < size).Distinct())
            {
                var path = await tree.Inclusion(index, size);
                Assert.Equal(Path(index, leaves.AsSpan(0, size)), path);
            }
        }
    }

    [Fact]
    public async Task Consistency_proofs_are_those_of_the_definition()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(600);
        var leaves = await Leaves(log);
        var tree = new AuditTree(log.Storage.Database, ProvedLog.North, CancellationToken.None);

        foreach (var second in Sizes)
        {
            foreach (var first in Sizes.Where(first => first <= second))
            {
                Assert.Equal(
                    Subproof(first, leaves.AsSpan(0, second), isWhole: true),
                    await tree.Consistency(first, second));
            }
        }
    }

    [Fact]
    public async Task A_proof_takes_few_reads_however_long_the_log_is()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(5000);
        await log.Sign();
        var counting = new CountedQueries(log.Storage.Database);

        await new AuditTree(counting, ProvedLog.North, CancellationToken.None).Inclusion(1234, 5000);

        Assert.InRange(counting.Count, 1, 4);
    }

    [Fact]
    public async Task The_verifier_takes_a_proof_file_and_nothing_that_differs_from_it_by_a_byte()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(700);
        await log.Anchor();
        var proof = await log.Storage.Get<AuditProofs>().Inclusion(ProvedLog.North, 321, CancellationToken.None);
        var text = proof.Value.ToText();

        var good = await Check(log, text);

        Assert.True(good.ExitCode == 0, $"{good}");
        Assert.Contains("entry 321 of north", good.Output, StringComparison.Ordinal);
        Assert.Contains("\"on\":\"Patient/p321\"", good.Output, StringComparison.Ordinal);
        var random = new Random(7);
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var at = random.Next(text.Length);
            var other = text[at] == 'A' ? 'B' : 'A';
            var bad = await Check(log, text[..at] + other + text[(at + 1)..]);
            Assert.True(bad.ExitCode is 10 or 12, $"'{text[at]}' at {at}: {bad}");
        }
    }

    [Fact]
    public async Task A_proof_of_an_entry_that_is_not_there_or_not_signed_is_refused()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(3);
        var proofs = log.Storage.Get<AuditProofs>();

        Assert.Equal("not_signed_yet", (await proofs.Inclusion(ProvedLog.North, 1, CancellationToken.None)).Refusal?.Code);
        Assert.Equal(RefusalKind.NotFound, (await proofs.Inclusion(ProvedLog.North, 3, CancellationToken.None)).Refusal?.Kind);
        Assert.Equal(RefusalKind.NotFound, (await proofs.Inclusion(new TenantId("south"), 0, CancellationToken.None)).Refusal?.Kind);
    }

    [Fact]
    public async Task Two_checkpoints_are_proved_to_belong_to_one_history()
    {
        await using var log = await ProvedLog.Create(engine);
        await log.Append(300);
        await log.Sign();
        await log.Append(300);
        await log.Sign();
        var leaves = await Leaves(log);

        var proof = (await log.Storage.Get<AuditProofs>().Consistency(ProvedLog.North, 300, 600, CancellationToken.None)).Value;

        Assert.StartsWith("vagus/audit/north\n300\n", proof.First, StringComparison.Ordinal);
        Assert.StartsWith("vagus/audit/north\n600\n", proof.Second, StringComparison.Ordinal);
        Assert.Equal(Subproof(300, leaves, isWhole: true), proof.Path);
    }

    private static readonly int[] Sizes = [1, 2, 3, 7, 8, 64, 255, 256, 257, 300, 384, 511, 512, 513, 600];

    private static async Task<byte[][]> Leaves(ProvedLog log) =>
        [.. (await StoredLog.Read(log.Storage.Database, ProvedLog.North)).Entries.Select(entry => entry.Hash)];

    private static async Task<Verified> Check(ProvedLog log, string proof)
    {
        var file = System.IO.Path.Combine(log.Anchors.Path, "entry.tlog-proof");
        await File.WriteAllTextAsync(file, proof);
        return await Verifier.Run(["verify-proof", file, "--anchors", log.Anchors.Path]);
    }

    private static List<byte[]> Path(int index, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1) return [];
        var split = Split(leaves.Length);
        return index < split
            ? [.. Path(index, leaves[..split]), StoredLog.RootOf(leaves[split..])]
            : [.. Path(index - split, leaves[split..]), StoredLog.RootOf(leaves[..split])];
    }

    private static List<byte[]> Subproof(int first, ReadOnlySpan<byte[]> leaves, bool isWhole)
    {
        if (first == leaves.Length) return isWhole ? [] : [StoredLog.RootOf(leaves)];
        var split = Split(leaves.Length);
        return first <= split
            ? [.. Subproof(first, leaves[..split], isWhole), StoredLog.RootOf(leaves[split..])]
            : [.. Subproof(first - split, leaves[split..], isWhole: false), StoredLog.RootOf(leaves[..split])];
    }

    private static int Split(int count)
    {
        var split = 1;
        while (split * 2 < count) split *= 2;
        return split;
    }
}

public sealed class ProofsOnSqlite() : ProofTests(Engine.Sqlite);

public sealed class ProofsOnPostgres() : ProofTests(Engine.Postgres);

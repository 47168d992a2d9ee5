using System.Data.Common;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit.Checkpoints;

/// <summary>
/// The keys that sign checkpoints, one active at a time. A retired key leaves its public half; its private half is deleted.
/// </summary>
public sealed class CheckpointKeys
{
    private const string Purpose = "audit/checkpoint-key";

    // The keys belong to the installation, not to a tenant; this names the lane that writes them.
    private static readonly TenantId Installation = new("");

    /// <summary>The private half of the key that signs.</summary>
    internal static readonly SealedColumn Secrets = new("audit_key", "secret", "key_id", Purpose, ofTenants: false);

    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly RootKey root;
    private volatile CheckpointKey? known;

    public CheckpointKeys(Database database, GroupCommit commit, RootKey root) =>
        (this.database, this.commit, this.root) = (database, commit, root);

    /// <summary>All public keys, the oldest first, each as a line for verifiers. Makes the first key where there is none.</summary>
    public async ValueTask<IReadOnlyList<string>> Published(CancellationToken cancel)
    {
        await Active(cancel);
        return await database.Query(ReadPublic, [], row => CheckpointKey.VerifierKey((byte[])row.GetValue(0)), cancel);
    }

    /// <summary>The key that signs; made at the first call of all.</summary>
    internal async ValueTask<CheckpointKey> Active(CancellationToken cancel)
    {
        var row = await database.QueryOne(ReadActive, [], Map, cancel);
        if (row is null)
        {
            await Write((write, stop) => Insert(write, CheckpointKey.Create(), stop), cancel);
            row = await database.QueryOne(ReadActive, [], Map, cancel)
                ?? throw new InvalidOperationException("No key of the audit is active.");
        }

        if (known is { } key && key.Id == row.Id) return key;
        return known = CheckpointKey.FromPkcs8(root.Unwrap(Purpose, row.Id, row.Secret));
    }

    /// <summary>The old key's private half is deleted and the new one signs. False where another rotation was faster.</summary>
    internal async ValueTask<bool> Replace(CheckpointKey old, CheckpointKey next, CancellationToken cancel)
    {
        var retired = await Write(
            async (write, stop) =>
            {
                if (await write.Execute(Retire, [old.Id], stop) == 0) return 0;
                return await Insert(write, next, stop);
            },
            cancel);
        return retired == 1;
    }

    private async ValueTask<int> Insert(WriteTransaction write, CheckpointKey key, CancellationToken cancel) => await write.Execute(
        Add, [key.Id, key.PublicKey, root.Wrap(Purpose, key.Id, key.ToPkcs8()), write.At.ToMicroseconds()], cancel);

    private async ValueTask<int> Write(Func<WriteTransaction, CancellationToken, ValueTask<int>> work, CancellationToken cancel)
    {
        var written = await commit.Write<int>(Installation, async (write, stop) => await work(write, stop), cancel);
        return written.Refusal is { } refusal
            ? throw new InvalidOperationException($"A key of the audit could not be written: {refusal.Code}.")
            : written.Value;
    }

    private static KeyRow Map(DbDataReader row) => new(row.GetString(0), (byte[])row.GetValue(1));

    private sealed record KeyRow(string Id, byte[] Secret);

    private static readonly Statement ReadActive = new("select key_id, secret from audit_key where active");

    private static readonly Statement ReadPublic = new("select public_key from audit_key order by since, key_id");

    private static readonly Statement Add = new("""
        insert into audit_key (key_id, public_key, secret, since, active)
        values (@key_id, @public_key, @secret, @since, true)
        on conflict do nothing
        """);

    private static readonly Statement Retire = new("""
        update audit_key
        set active = false, secret = null
        where key_id = @key_id
          and active
        """);
}

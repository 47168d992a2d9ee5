using System.Globalization;
using System.Security.Cryptography;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// A new version of the root key's file, and every secret that the database keeps sealed anew under it. Servers go on meanwhile: they
/// open what either version sealed, and seal with the new one as soon as they see the first column under it. Killed at any time, it goes
/// on when called again.
/// </summary>
public sealed class RotateSecrets
{
    private const long Batch = 100;
    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly RootKey root;
    private readonly IReadOnlyList<SealedColumn> columns;
    private readonly AccessOptions options;
    private readonly AuditTrail audit;

    internal RotateSecrets(
        Database database, GroupCommit commit, RootKey root, IEnumerable<SealedColumn> columns, AccessOptions options, AuditTrail audit)
    {
        (this.database, this.commit, this.root, this.options, this.audit) = (database, commit, root, options, audit);
        this.columns = [.. columns.OrderByDescending(column => column.IsWatched).ThenBy(column => column.Name, StringComparer.Ordinal)];
    }

    /// <summary>How many secrets another version than the newest has sealed.</summary>
    public async ValueTask<long> CountOthers(CancellationToken cancel)
    {
        var others = 0L;
        foreach (var column in columns)
            others += await database.QueryOne(column.Count, [RootKey.MarkOf(root.Version)], row => row.GetInt64(0), cancel);
        return others;
    }

    public async ValueTask<Result<RotationDone>> Rotate(IProgress<KeyProgress>? progress, CancellationToken cancel)
    {
        if (options.RootKey is not null) return VaultRefusals.RootKeyIsText;
        var total = await CountOthers(cancel);
        var goesOn = total > 0 && root.Version > 1;
        var entry = KeyEntries.Of(AuditActions.RotateKey, "RootSecrets", goesOn ? "goes-on=true" : null);
        if (await audit.Append(AuditTrail.System, entry) is { } unrecorded) return unrecorded;
        if (!goesOn)
        {
            MakeNext();
            total = await CountOthers(cancel);
        }

        var done = 0L;
        foreach (var column in columns)
        {
            var moved = await Move(column, count => progress?.Report(new KeyProgress(done + count, Math.Max(total, done + count))), cancel);
            if (moved.Refusal is { } refusal) return refusal;
            done += moved.Value;
        }

        return new RotationDone(string.Create(CultureInfo.InvariantCulture, $"file:{root.Version}"), done, goesOn);
    }

    private void MakeNext()
    {
        var (first, next) = (RootKeyFile.PathOf(options), root.Version + 1);
        RootKeyFile.Create(RootKeyFile.PathOf(first, next));
        root.GoOnWith(next);
    }

    /// <summary>How many were sealed anew. One that does not open is passed over and named at the end.</summary>
    private async ValueTask<Result<long>> Move(SealedColumn column, Action<long> told, CancellationToken cancel)
    {
        var (moved, passed) = (0L, new HashSet<string>(StringComparer.Ordinal));
        while (await Others(column, passed.Count, cancel) is { Count: > 0 } rows)
        {
            foreach (var ofTenant in rows.GroupBy(row => row.Tenant, StringComparer.Ordinal))
            {
                var anew = ofTenant.Select(row => (Row: row, Secret: SealAnew(column, row))).ToList();
                passed.UnionWith(anew.Where(each => each.Secret is null).Select(each => $"{each.Row.Tenant}/{each.Row.Key}"));
                var written = await Write(column, new TenantId(ofTenant.Key), anew, cancel);
                if (written.Refusal is { } refusal) return refusal;
                moved += written.Value;
            }

            told(moved);
        }

        return passed.Count == 0 ? moved : VaultRefusals.SecretsBroken(column.Name, passed.Count);
    }

    private ValueTask<Result<long>> Write(
        SealedColumn column, TenantId tenant, List<(SealedRow Row, byte[]? Secret)> anew, CancellationToken cancel) => commit.Write<long>(
            tenant.Value.Length == 0 ? AuditTrail.System : tenant,
            async (write, token) =>
            {
                var moved = 0L;
                // A secret that was written anew by its owner in the meantime stays as it is.
                foreach (var (row, secret) in anew)
                    if (secret is not null) moved += await write.Execute(column.Replace, [secret, row.Tenant, row.Key, row.Secret], token);
                return moved;
            },
            cancel);

    private byte[]? SealAnew(SealedColumn column, SealedRow row)
    {
        byte[]? secret = null;
        try
        {
            secret = root.Unwrap(column.Purpose, row.Context, row.Secret);
            return root.Wrap(column.Purpose, row.Context, secret);
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private ValueTask<List<SealedRow>> Others(SealedColumn column, int passed, CancellationToken cancel) => database.Query(
        column.Select, [RootKey.MarkOf(root.Version), Batch, (long)passed],
        row => new SealedRow(row.GetString(0), row.GetString(1), row.GetString(2), (byte[])row.GetValue(3)), cancel);

    private sealed record SealedRow(string Tenant, string Key, string Context, byte[] Secret);
}

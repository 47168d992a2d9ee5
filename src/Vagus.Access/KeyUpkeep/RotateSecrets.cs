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

    /// <summary>How many secrets another version than the one that seals now has sealed; at version 1 all of them.</summary>
    public async ValueTask<long> CountOthers(CancellationToken cancel)
    {
        var others = 0L;
        foreach (var column in columns)
            others += await database.QueryOne(column.Count, [RootKey.MarkOf(root.Version)], row => row.GetInt64(0), cancel);
        return others;
    }

    /// <summary>
    /// Makes the next version, unless a rotation is unfinished, and seals anew by it. <c>root_key_is_text</c>: the key has one version.
    /// <c>secrets_broken</c>: all others were sealed anew.
    /// </summary>
    public async ValueTask<Result<RotationDone>> Rotate(IProgress<KeyProgress>? progress, CancellationToken cancel)
    {
        if (options.RootKey is not null) return VaultRefusals.RootKeyIsText;
        if (await GoOn(cancel) is { } missing) return missing;
        var total = await CountOthers(cancel);
        var goesOn = total > 0 && root.Version > 1;
        var entry = KeyEntries.Of(AuditActions.RotateKey, "RootSecrets", goesOn ? "goes-on=true" : null);
        if (await audit.Append(AuditTrail.System, entry) is { } unrecorded) return unrecorded;
        if (!goesOn)
        {
            if (!root.GoOnWith(Next())) return VaultRefusals.RootKeyMissing(Next());
            total = await CountOthers(cancel);
        }

        var (done, refusals) = (0L, new List<Refusal>());
        foreach (var column in columns)
        {
            var (moved, refusal) = await Move(
                column, count => progress?.Report(new KeyProgress(done + count, Math.Max(total, done + count))), cancel);
            done += moved;
            if (refusal is not null) refusals.Add(refusal);
        }

        return refusals is [var first, ..]
            ? first : new RotationDone(string.Create(CultureInfo.InvariantCulture, $"file:{root.Version}"), done, goesOn);
    }

    /// <summary>With the version that the servers seal with, as the watched column shows it.</summary>
    private async ValueTask<Refusal?> GoOn(CancellationToken cancel)
    {
        var version = 1;
        foreach (var column in columns.Where(column => column.IsWatched))
        {
            var sealedWith = await database.Query(column.Secrets, [], row => RootKey.VersionOf((byte[])row.GetValue(0)), cancel);
            version = sealedWith.Append(version).Max();
        }

        return root.GoOnWith(version) ? null : VaultRefusals.RootKeyMissing(version);
    }

    /// <summary>The newest version that is here, where it is newer than the one that seals; else one that is made.</summary>
    private int Next()
    {
        var first = RootKeyFile.PathOf(options);
        if (RootKeyFile.Newest(first) is { } newest && newest > root.Version) return newest;
        RootKeyFile.Create(RootKeyFile.PathOf(first, root.Version + 1));
        return root.Version + 1;
    }

    /// <summary>
    /// How many were sealed anew, and why not all of them: some do not open, or belong to an organization that is stopped. Those hold up no
    /// others.
    /// </summary>
    private async ValueTask<(long Moved, Refusal? Refusal)> Move(SealedColumn column, Action<long> told, CancellationToken cancel)
    {
        var (moved, broken, after) = (0L, 0, new SealedRow("", "", "", []));
        Refusal? stopped = null;
        while (await Others(column, after, cancel) is { Count: > 0 } rows)
        {
            foreach (var ofTenant in rows.GroupBy(row => row.Tenant, StringComparer.Ordinal))
            {
                var anew = ofTenant.Select(row => (Row: row, Secret: SealAnew(column, row))).ToList();
                broken += anew.Count(each => each.Secret is null);
                var written = await Write(column, new TenantId(ofTenant.Key), anew, cancel);
                if (written.Refusal is { } refusal) stopped = refusal;
                else moved += written.Value;
            }

            after = rows[^1];
            told(moved);
        }

        return (moved, broken > 0 ? VaultRefusals.SecretsBroken(column.Name, broken) : stopped);
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

    private ValueTask<List<SealedRow>> Others(SealedColumn column, SealedRow after, CancellationToken cancel) => database.Query(
        column.Select, [RootKey.MarkOf(root.Version), after.Tenant, after.Key, Batch],
        row => new SealedRow(row.GetString(0), row.GetString(1), row.GetString(2), (byte[])row.GetValue(3)), cancel);

    private sealed record SealedRow(string Tenant, string Key, string Context, byte[] Secret);
}

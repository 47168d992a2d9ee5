using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>
/// The key by which push services know this installation (VAPID, RFC 8292): made at its first use, kept in the database under the root key.
/// It never changes, because subscriptions are bound to it.
/// </summary>
internal sealed class PushKeys(Database database, GroupCommit commit, RootKey root)
{
    internal const string Purpose = "push-key";
    private const string OnlyKey = "vapid";
    private const byte Uncompressed = 4;

    // It belongs to the installation, not to a tenant; this names the lane that writes it.
    private static readonly TenantId Installation = new("");

    private volatile PushKey? known;

    public async ValueTask<PushKey> Own(CancellationToken cancel)
    {
        if (known is { } key) return key;
        if (await Find(cancel) is { } made) return known = made;
        var written = await commit.Write<int>(Installation, Make, cancel);
        if (written.Refusal is { } refusal) throw new InvalidOperationException($"The push key could not be written: {refusal.Code}.");
        return known = await Find(cancel) ?? throw new InvalidOperationException("The push key was not found after it was written.");
    }

    private ValueTask<PushKey?> Find(CancellationToken cancel) => database.QueryOne(
        Read, [OnlyKey],
        row => new PushKey(row.GetString(0), Encoding.ASCII.GetString(root.Unwrap(Purpose, OnlyKey, (byte[])row.GetValue(1)))), cancel);

    // Conflict: another process made it at the same moment, and its key is read.
    private async ValueTask<Result<int>> Make(WriteTransaction write, CancellationToken cancel)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = key.ExportParameters(includePrivateParameters: true);
        var secret = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(parts.D));
        return await write.Execute(
            Insert,
            [
                OnlyKey, Base64Url.EncodeToString([Uncompressed, .. parts.Q.X ?? [], .. parts.Q.Y ?? []]),
                root.Wrap(Purpose, OnlyKey, secret), write.At.ToMicroseconds(),
            ],
            cancel);
    }

    private static readonly Statement Read = new("""
        select public_key, sealed_private
        from access_push_key
        where key_id = @key_id
        """);

    private static readonly Statement Insert = new("""
        insert into access_push_key (key_id, public_key, sealed_private, created_at)
        values (@key_id, @public_key, @sealed_private, @created_at)
        on conflict do nothing
        """);
}

/// <summary>A P-256 key, both parts as base64url: the public one as an uncompressed point, as browsers take it.</summary>
internal sealed record PushKey(string Public, string Private);

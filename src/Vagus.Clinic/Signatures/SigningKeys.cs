using System.Data.Common;
using System.Security.Cryptography;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Clinic.Signatures;

/// <summary>
/// The keys by which a tenant's signatures are made: the private halves sealed by the vault, the public ones in the clear and kept for
/// good, since what they signed must be verifiable for as long as the record is kept. The first is made when it is first needed.
/// </summary>
internal sealed class SigningKeys(Database database, GroupCommit commit, ContentVault vault)
{
    private const string Scope = "signing-key";
    private const string Field = "private";

    /// <summary>The key that signs, to be disposed.</summary>
    public async ValueTask<Result<SigningKey>> Current(TenantId tenant, CancellationToken cancel)
    {
        if (await Newest(tenant, cancel) is null && await Make(tenant, cancel) is { } refusal) return refusal;
        var row = await Newest(tenant, cancel) ?? throw new InvalidOperationException("A signing key was written and is not there.");
        var opened = await vault.Open(PlaceOf(tenant, row.Key.Kid), row.Sealed, cancel);
        if (opened.Refusal is { } destroyed) return destroyed;
        try
        {
            return SigningKey.Open(opened.Value);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened.Value);
        }
    }

    /// <summary>All that ever signed, the newest first.</summary>
    public async ValueTask<IReadOnlyList<PublicKey>> Published(TenantId tenant, CancellationToken cancel) =>
        [.. (await database.Query(Read, [tenant.Value], Map, cancel)).Select(row => row.Key)];

    private async ValueTask<KeyRow?> Newest(TenantId tenant, CancellationToken cancel) =>
        (await database.Query(Read, [tenant.Value], Map, cancel)).FirstOrDefault();

    private async ValueTask<Refusal?> Make(TenantId tenant, CancellationToken cancel)
    {
        using var key = SigningKey.Create();
        var secret = key.ToPkcs8();
        try
        {
            var envelope = await vault.Seal(
                new KeyScope(tenant, Scope, tenant.Value), PlaceOf(tenant, key.Public.Kid), ContentKind.WrappedKey, secret, cancel);
            return envelope.Refusal is { } refusal ? refusal : await Add(tenant, key.Public, envelope.Value, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    // Of two that make the first key at once, one row stays; both go on with it.
    private async ValueTask<Refusal?> Add(TenantId tenant, PublicKey key, byte[] envelope, CancellationToken cancel)
    {
        var written = await commit.Write<int>(
            tenant,
            async (write, token) =>
            {
                object?[] values = [tenant.Value, key.Kid, key.X, key.Y, envelope, write.At.ToMicroseconds()];
                var added = await write.Execute(AddFirst, values, token);
                if (added == 0) return added;
                AuditTrail.Add(write, AuditActor.Operator.Entry(AuditActions.RotateKey) with { On = $"SigningKey/{key.Kid}" });
                return added;
            },
            cancel);
        return written.Refusal;
    }

    private static SealContext PlaceOf(TenantId tenant, string kid) => new(tenant, Scope, kid, Field);

    private static KeyRow Map(DbDataReader row) =>
        new(new PublicKey(row.GetString(0), row.GetString(1), row.GetString(2)), (byte[])row.GetValue(3));

    private sealed record KeyRow(PublicKey Key, byte[] Sealed);

    private static readonly Statement Read = new("""
        select kid, x, y, sealed_private
        from clinic_signing_key
        where tenant_id = @tenant_id
        order by number desc
        """);

    private static readonly Statement AddFirst = new("""
        insert into clinic_signing_key (tenant_id, number, kid, x, y, sealed_private, created_at)
        values (@tenant_id, 1, @kid, @x, @y, @sealed_private, @created_at)
        on conflict (tenant_id, number) do nothing
        """);
}

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
        if (await Newest(tenant, cancel) is null && await MakeFirst(tenant, cancel) is { } refusal) return refusal;
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

    /// <summary>A further key, which signs from now on, at the operator's word. Answers its id.</summary>
    public ValueTask<Result<string>> Rotate(TenantId tenant, CancellationToken cancel) =>
        Make(tenant, AddNext, AuditActor.Operator, cancel);

    // Of two that make the first key at once, one row stays; both go on with it.
    private async ValueTask<Refusal?> MakeFirst(TenantId tenant, CancellationToken cancel) =>
        (await Make(tenant, AddFirst, AuditActor.Server, cancel)).Refusal is { } refusal && refusal != NotAdded ? refusal : null;

    private async ValueTask<Result<string>> Make(TenantId tenant, Statement add, AuditActor by, CancellationToken cancel)
    {
        using var key = SigningKey.Create();
        var secret = key.ToPkcs8();
        try
        {
            var envelope = await vault.Seal(
                new KeyScope(tenant, Scope, tenant.Value), PlaceOf(tenant, key.Public.Kid), ContentKind.WrappedKey, secret, cancel);
            return envelope.Refusal is { } refusal ? refusal : await Add(tenant, (add, by), key.Public, envelope.Value, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private ValueTask<Result<string>> Add(
        TenantId tenant, (Statement Sql, AuditActor By) add, PublicKey key, byte[] envelope, CancellationToken cancel) =>
        commit.Write<string>(
            tenant,
            async (write, token) =>
            {
                object?[] values = [key.Kid, key.X, key.Y, envelope, write.At.ToMicroseconds(), tenant.Value];
                if (await write.Execute(add.Sql, values, token) == 0) return NotAdded;
                AuditTrail.Add(write, add.By.Entry(AuditActions.RotateKey) with { On = $"SigningKey/{key.Kid}" });
                return key.Kid;
            },
            cancel);

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

    private static readonly Refusal NotAdded = new(
        RefusalKind.Conflict, "not_added", "There is no such organization, or another key was made at the same moment.");

    private static readonly Statement AddFirst = new("""
        insert into clinic_signing_key (tenant_id, number, kid, x, y, sealed_private, created_at)
        select tenant_id, 1, @kid, @x, @y, @sealed_private, @created_at
        from access_tenant
        where tenant_id = @tenant_id
        on conflict (tenant_id, number) do nothing
        """);

    private static readonly Statement AddNext = new("""
        insert into clinic_signing_key (tenant_id, number, kid, x, y, sealed_private, created_at)
        select t.tenant_id, coalesce((select max(k.number) from clinic_signing_key k where k.tenant_id = t.tenant_id), 0) + 1,
          @kid, @x, @y, @sealed_private, @created_at
        from access_tenant t
        where t.tenant_id = @tenant_id
        on conflict (tenant_id, number) do nothing
        """);
}

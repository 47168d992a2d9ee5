using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>Which keys there are, and whether a rotation is unfinished or due.</summary>
public sealed class KeyStatus
{
    private readonly ApartDatabase database;

    internal KeyStatus(ApartDatabase database) => this.database = database;

    /// <summary>One row per tenant and version; destroyed versions are left out.</summary>
    public ValueTask<List<TenantKeyStatus>> List(CancellationToken cancel) => database.Query(
        Select, [],
        row => new TenantKeyStatus
        {
            Tenant = new TenantId(row.GetString(0)),
            Version = row.GetInt64(1),
            Root = row.GetString(2),
            State = row.GetString(3),
            MadeAt = Instant.FromMicroseconds(row.GetInt64(4)),
            Wraps = row.GetInt64(5),
            DataKeys = row.GetInt64(6),
        },
        cancel);

    private static readonly Statement Select = new("""
        select t.tenant_id, t.version, t.provider, t.state, t.created_at, t.wraps,
          (select count(*)
           from data_key d
           where d.tenant_id = t.tenant_id and d.tenant_key_version = t.version and d.state <> 'destroyed')
        from tenant_key t
        where t.state <> 'destroyed'
        order by t.tenant_id, t.version
        """);
}

/// <summary>One version of a tenant's key.</summary>
public sealed record TenantKeyStatus
{
    // NIST SP 800-38D §8.3 allows 2^32 wraps with random nonces; a quarter of that, or a year, is when to rotate.
    private const long MostWraps = 1L << 30;
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public required TenantId Tenant { get; init; }

    public required long Version { get; init; }

    /// <summary>The root key that wraps it, such as <c>file:2</c>.</summary>
    public required string Root { get; init; }

    /// <summary><c>active</c>, or <c>decrypt_only</c> while a rotation is unfinished.</summary>
    public required string State { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required long Wraps { get; init; }

    public required long DataKeys { get; init; }

    public bool IsRotationUnfinished => State == Vault.Keys.KeyStates.DecryptOnly;

    public bool IsRotationDue(DateTimeOffset now) => Wraps >= MostWraps || now - MadeAt > Year;
}

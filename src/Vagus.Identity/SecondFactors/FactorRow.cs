using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

internal enum FactorKind
{
    Totp,
    Passkey,
}

/// <summary>A second factor as stored. One that was never confirmed is none yet.</summary>
internal sealed record FactorRow
{
    public const int MaxPerUser = 10;

    public required string Id { get; init; }

    public required FactorKind Kind { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public required bool Confirmed { get; init; }

    /// <summary>The seed of one-time codes, sealed under the root key.</summary>
    public byte[]? Seed { get; init; }

    public string? CredentialId { get; init; }

    public byte[]? PublicKey { get; init; }

    public uint SignCount { get; init; }

    public static string NameOf(FactorKind kind) => kind == FactorKind.Totp ? "totp" : "passkey";

    public static async ValueTask<IReadOnlyList<FactorRow>> Of(Database database, TenantId tenant, UserId user, CancellationToken cancel) =>
        await database.Query(OfUser, [tenant.Value, user.Value], Map, cancel);

    public static async ValueTask<IReadOnlyList<FactorRow>> Of(WriteTransaction write, UserId user, CancellationToken cancel) =>
        await write.Query(OfUser, [write.Tenant.Value, user.Value], Map, cancel);

    private static FactorRow Map(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Kind = row.GetString(1) == "totp" ? FactorKind.Totp : FactorKind.Passkey,
        Name = row.GetString(2),
        CreatedAt = Instant.FromMicroseconds(row.GetInt64(3)),
        Confirmed = !row.IsDBNull(4),
        LastUsedAt = row.IsDBNull(5) ? null : Instant.FromMicroseconds(row.GetInt64(5)),
        Seed = row.IsDBNull(6) ? null : (byte[])row.GetValue(6),
        CredentialId = row.IsDBNull(7) ? null : row.GetString(7),
        PublicKey = row.IsDBNull(8) ? null : (byte[])row.GetValue(8),
        SignCount = row.IsDBNull(9) ? 0 : (uint)row.GetInt64(9),
    };

    private static readonly Statement OfUser = new("""
        select factor_id, kind, name, created_at, confirmed_at, last_used_at, seed, credential_id, public_key, sign_count
        from access_factor
        where tenant_id = @tenant_id
          and user_id = @user_id
        order by created_at, factor_id
        """);
}

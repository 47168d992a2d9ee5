using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>Tells those who keep opened content in memory that keys of it were destroyed meanwhile, by this process or another.</summary>
public sealed class DestroyedScopes
{
    private readonly Database database;

    internal DestroyedScopes(Database database) => this.database = database;

    /// <summary>Changes with each key of the type that is destroyed.</summary>
    public async ValueTask<DestroyedStamp> Stamp(TenantId tenant, string scopeType, CancellationToken cancel) => await database.QueryOne(
        Select, [tenant.Value, scopeType], row => new DestroyedStamp(row.GetInt64(0), row.GetInt64(1)), cancel) ?? new DestroyedStamp(0, 0);

    private static readonly Statement Select = new("""
        select count(*), coalesce(max(decided_at), 0)
        from access_destroyed_key
        where tenant_id = @tenant_id
          and scope_type = @scope_type
        """);
}

/// <summary>How many keys of a type of scope were destroyed, and when the last one was.</summary>
public sealed record DestroyedStamp(long Keys, long LastAt);

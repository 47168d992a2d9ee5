using Vagus.Storage.Sql;

namespace Vagus.Access.Vault;

/// <summary>
/// A column of secrets under the <see cref="RootKey"/> that outlive a request: a rotation seals them anew, so the room whose table it is
/// adds it to the host's services. What ends by itself within days, and what the audit holds, stays under the version that sealed it.
/// </summary>
public sealed class SealedColumn
{
    private const string TenantId = "tenant_id";

    /// <param name="table">The table.</param>
    /// <param name="column">Its column of wrapped secrets, null where a row has none.</param>
    /// <param name="key">The column that names a row, of a tenant where the table has tenants.</param>
    /// <param name="purpose">What its secrets are wrapped for.</param>
    /// <param name="context">The context of a row's secret, in SQL over its columns; the key where nothing else is said.</param>
    /// <param name="ofTenants">False: the rows belong to the installation.</param>
    public SealedColumn(string table, string column, string key, string purpose, string? context = null, bool ofTenants = true)
    {
        (Name, Purpose) = ($"{table}.{column}", purpose);
        // The mark of every version but the first has five bytes.
        var others = $"substr({column}, 1, 5) <> @mark";
        Count = new Statement($"select count(*) from {table} where {others}");
        Select = new Statement($"""
            select {(ofTenants ? TenantId : "''")}, {key}, {context ?? key}, {column}
            from {table}
            where {others}
              and {(ofTenants ? $"({TenantId}, {key}) > (@after_tenant, @after_key)" : $"@after_tenant = '' and {key} > @after_key")}
            order by {(ofTenants ? $"{TenantId}, " : "")}{key}
            limit @rows
            """);
        Secrets = new Statement($"select {column} from {table} where {column} is not null");
        Replace = new Statement($"""
            update {table}
            set {column} = @anew
            where {(ofTenants ? TenantId : "''")} = @tenant_id
              and {key} = @key
              and {column} = @secret
            """);
    }

    /// <summary>Table and column, as faults name them.</summary>
    public string Name { get; }

    public string Purpose { get; }

    /// <summary>The column from whose secrets the servers learn that a newer version wraps: it is sealed anew before all others.</summary>
    public bool IsWatched { get; init; }

    internal Statement Secrets { get; }

    internal Statement Count { get; }

    internal Statement Select { get; }

    internal Statement Replace { get; }
}

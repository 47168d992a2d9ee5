using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.OAuth;

/// <summary>How an application proves that it is the registered one.</summary>
internal enum AppKind
{
    /// <summary>Not at all: it runs where nothing can be kept secret.</summary>
    Public,

    /// <summary>By a signed assertion (<c>private_key_jwt</c>).</summary>
    Asymmetric,

    /// <summary>By a secret.</summary>
    Symmetric,
}

/// <summary>An application as registered. Its id is unique in the installation: the token endpoint finds the tenant by it.</summary>
internal sealed record AppRow
{
    public required string Id { get; init; }

    public required TenantId Tenant { get; init; }

    public required string Name { get; init; }

    public required AppKind Kind { get; init; }

    /// <summary>What it may ask for.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    public required IReadOnlyList<string> RedirectUris { get; init; }

    public string? LaunchUrl { get; init; }

    public string? Jwks { get; init; }

    public string? JwksUrl { get; init; }

    public string? SecretHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required bool Disabled { get; init; }

    /// <summary>True when it acts for itself: it has a service account of its own id.</summary>
    public bool IsService => ServesItself(Scopes);

    public static bool ServesItself(IReadOnlyList<string> scopes) =>
        scopes.Any(scope => scope.StartsWith("system/", StringComparison.Ordinal));

    /// <summary>One that may be used; null otherwise.</summary>
    public static async ValueTask<AppRow?> Find(IRunQueries queries, string id, CancellationToken cancel) =>
        id.Length is > 0 and <= 64 && await queries.QueryOne(ById, [id], Map, cancel) is { Disabled: false } app ? app : null;

    public static ValueTask<List<AppRow>> OfTenant(Database database, TenantId tenant, CancellationToken cancel) =>
        database.Query(All, [tenant.Value, (long)Apps.MaxPerTenant], Map, cancel);

    public static ValueTask<AppRow?> OfTenant(IRunQueries queries, TenantId tenant, string id, CancellationToken cancel) =>
        queries.QueryOne(One, [id, tenant.Value], Map, cancel);

    private static AppRow Map(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Tenant = new TenantId(row.GetString(1)),
        Name = row.GetString(2),
        Kind = Enum.Parse<AppKind>(row.GetString(3)),
        Scopes = Words(row.GetString(4), ' '),
        RedirectUris = Words(row.GetString(5), '\n'),
        LaunchUrl = TextOf(row, 6),
        Jwks = TextOf(row, 7),
        JwksUrl = TextOf(row, 8),
        SecretHash = TextOf(row, 9),
        CreatedAt = Instant.FromMicroseconds(row.GetInt64(10)),
        Disabled = row.GetBoolean(11),
    };

    private static string? TextOf(DbDataReader row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static string[] Words(string text, char separator) => text.Split(separator, StringSplitOptions.RemoveEmptyEntries);

    private const string Columns =
        "app_id, tenant_id, name, kind, scopes, redirect_uris, launch_url, jwks, jwks_url, secret_hash, created_at, disabled";

    private static readonly Statement ById = new($"""
        select {Columns}
        from access_app
        where app_id = @app_id
        """);

    private static readonly Statement One = new($"""
        select {Columns}
        from access_app
        where app_id = @app_id
          and tenant_id = @tenant_id
        """);

    private static readonly Statement All = new($"""
        select {Columns}
        from access_app
        where tenant_id = @tenant_id
        order by created_at, app_id
        limit @limit
        """);
}

using Vagus.Access.Audit.Anchors;
using Vagus.Access.Files;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Roots;

namespace Vagus.Access;

/// <summary>Where the secret of this installation is. The defaults are safe for one box.</summary>
public sealed record AccessOptions
{
    private const int LeastAuditYears = 6;

    /// <summary>The root key's file, made at the first start. The processes of a cluster must share one key.</summary>
    public string? RootKeyFile { get; init; }

    /// <summary>How many years entries of the audit stay; at least six (45 CFR 164.316(b)(2)(i)).</summary>
    public int AuditYears { get; init; } = 10;

    /// <summary>The root key itself, base64 of 32 bytes; wins over the file.</summary>
    public string? RootKey { get; init; }

    /// <summary>Where backups of the data are put; the root key may not lie in it. Null: not known.</summary>
    public string? BackupFolder { get; init; }

    /// <summary>
    /// The connection string of the keys' own PostgreSQL database. Null: the database <c>…_keys</c> on the server of the data, or
    /// <c>keys.db</c> beside SQLite's file.
    /// </summary>
    public string? KeysPostgres { get; init; }

    /// <summary>Which root key wraps the keys of tenants.</summary>
    public RootProviderOptions Roots { get; init; } = new();

    public VaultOptions Vault { get; init; } = new();
    /// <summary>Where the audit's checkpoints are anchored; nowhere by default.</summary>
    public AnchorOptions Anchors { get; init; } = new();

    /// <summary>The limits of files and where they are scanned.</summary>
    public FilesOptions Files { get; init; } = new();

    internal void Validate()
    {
        if (AuditYears < LeastAuditYears)
            throw new InvalidOperationException($"The audit is kept for at least {LeastAuditYears} years.");
    }
}

using Vagus.Access.Audit.Anchors;

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

    /// <summary>Where the audit's checkpoints are anchored; nowhere by default.</summary>
    public AnchorOptions Anchors { get; init; } = new();

    internal void Validate()
    {
        if (AuditYears < LeastAuditYears)
            throw new InvalidOperationException($"The audit is kept for at least {LeastAuditYears} years.");
    }
}

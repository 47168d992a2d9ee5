using Vagus.Access.Audit.Anchors;

namespace Vagus.Access;

/// <summary>Where the secret of this installation is. The defaults are safe for one box.</summary>
public sealed record AccessOptions
{
    /// <summary>The root key's file, made at the first start. The processes of a cluster must share one key.</summary>
    public string? RootKeyFile { get; init; }

    /// <summary>The root key itself, base64 of 32 bytes; wins over the file.</summary>
    public string? RootKey { get; init; }

    /// <summary>Where the audit's checkpoints are anchored; nowhere by default.</summary>
    public AnchorOptions Anchors { get; init; } = new();
}

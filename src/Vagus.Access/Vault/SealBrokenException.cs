namespace Vagus.Access.Vault;

/// <summary>
/// Sealed content did not open: it was changed, cut, moved, or sealed under another key. Nothing of it has been given out that was not
/// authenticated. This is a defect or an attack, never a user's mistake; clients are told no more than that something went wrong.
/// </summary>
public sealed class SealBrokenException(SealFault fault) : Exception($"Sealed content cannot be opened ({fault}).")
{
    /// <summary>For operators only: what a client learns may not depend on it.</summary>
    public SealFault Fault => fault;
}

/// <summary>Where the opening stopped.</summary>
public enum SealFault
{
    /// <summary>Not an envelope of a version that is known, or reserved bits are set.</summary>
    Format,

    /// <summary>The envelope names a key that the tenant does not have.</summary>
    UnknownKey,

    /// <summary>A wrapped key was changed, moved to another row, or belongs to another root key.</summary>
    WrappedKey,

    /// <summary>Another key, another place, or a changed header.</summary>
    Commitment,

    /// <summary>The content was cut or lengthened.</summary>
    Length,

    /// <summary>The content was changed.</summary>
    Authentication,
}

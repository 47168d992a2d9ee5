namespace Vagus.Access.Vault;

/// <summary>Whether the length of the content can be seen from outside. The numbers are stored and never change.</summary>
public enum ContentPadding : byte
{
    None = 0,

    /// <summary>Filled up to 32, 64, 128 … bytes, four of which tell the content's length. For texts such as "yes" and "no".</summary>
    Bucket = 1,
}

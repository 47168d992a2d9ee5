namespace Vagus.Access.Vault;

/// <summary>What is sealed, as the envelope's byte 4 says it. The numbers are stored and never change.</summary>
public enum ContentKind : byte
{
    Text = 1,
    Json = 2,
    Binary = 3,
    WrappedKey = 4,
}

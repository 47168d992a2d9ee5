namespace Vagus.Storage.Writing;

/// <summary>What a write leaves in its tenant's <see cref="LeafLog"/>.</summary>
/// <param name="Body">The bytes.</param>
/// <param name="At">When it was acknowledged, where that was before its group; null: with its group.</param>
public readonly record struct Leaf(byte[] Body, DateTimeOffset? At = null);

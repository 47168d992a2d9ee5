using Vagus.Access.Vault;
namespace Vagus.Access.KeyUpkeep;

/// <summary>How far a rotation has come. It can be ended at any time, and goes on from here when it is called again.</summary>
public sealed record KeyProgress(long Done, long Total);

/// <summary>What a rotation has done.</summary>
/// <param name="Name">The root key, or the version of a tenant's key, that wraps now.</param>
/// <param name="Moved">Keys that were wrapped anew by this call.</param>
/// <param name="WentOn">True when it finished a rotation that had been begun before.</param>
public sealed record RotationDone(string Name, long Moved, bool WentOn);

namespace Vagus.Storage.Consuming;

/// <summary>
/// The right of this node to run a consumer. The epoch grows with each change of hands; a transaction under an old one moves no cursor.
/// </summary>
/// <param name="Consumer">The consumer's name.</param>
/// <param name="Epoch">The change of hands that gave it to this node.</param>
/// <param name="InstalledAt">When the consumer was first seen by any node: Unix microseconds.</param>
internal sealed record Lease(string Consumer, long Epoch, long InstalledAt);

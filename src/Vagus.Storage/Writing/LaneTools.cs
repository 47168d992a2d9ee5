using Vagus.Storage.Log;

namespace Vagus.Storage.Writing;

/// <summary>What the lanes of a process share.</summary>
internal sealed record LaneTools(Database Database, StorageOptions Options, LogSignal Signal, StorageFailure Failure, TimeProvider Clock)
{
    public required LaneReport Report { get; init; }

    /// <summary>Where leaves go; null where no room keeps such a log.</summary>
    public LeafLog? LeafLog { get; init; }
}

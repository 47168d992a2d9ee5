namespace Vagus.Realtime.Feed;

/// <summary>
/// <c>position { sequence, live }</c>: everything up to here that the session may see and asked for was sent; <c>live</c> is false while
/// more of the past is on its way. Sessions that stand at the same place share it.
/// </summary>
internal sealed class PositionForm(long sequence, bool isLive) : SharedForm<PositionForm>
{
    public const string Name = "position";

    public long Sequence => sequence;

    public bool IsLive => isLive;
}

/// <summary>Where a session stands in the log, and whether it has subscribed to anything itself.</summary>
internal readonly record struct Standing(long Position, bool IsChosen);

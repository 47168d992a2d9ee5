using Vagus.Access.Audit.Anchors;
using Vagus.Storage.Consuming;

namespace Vagus.Access.Audit.Checkpoints;

/// <summary>Signs every second what has grown, and anchors in its interval. A sink that hangs holds up no signature.</summary>
internal sealed class KeepCheckpoints(SignCheckpoints sign, AnchorRound anchors, AnchorOptions options, TimeProvider clock) : LeasedDuty
{
    /// <summary>After a round in which a sink failed.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private Task<bool> round = Task.FromResult(true);
    private long? lastRound;

    public override string Name => "audit-checkpoints";

    public override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        await sign.SignGrown(cancel);
        if (!round.IsCompleted) return;
        var pause = await round || options.Interval < Retry ? options.Interval : Retry;
        if (lastRound is { } last && clock.GetElapsedTime(last) < pause) return;
        lastRound = clock.GetTimestamp();
        round = anchors.Run(cancel);
    }

    public override async ValueTask Finish(CancellationToken cancel)
    {
        await ((Task)round).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await sign.SignGrown(cancel);
        await anchors.Run(cancel);
    }
}

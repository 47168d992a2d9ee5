using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Vagus.Kernel;

namespace Vagus.Storage.Writing;

/// <summary>A write in its lane: run inside a savepoint, answered after the commit.</summary>
internal abstract class WaitingWrite(TenantId tenant, Activity? span, CancellationToken cancel)
{
    public TenantId Tenant { get; } = tenant;

    public CancellationToken Cancel { get; } = cancel;

    /// <summary>Begins when the write is called; null when spans are not collected, and for a leaf.</summary>
    public Activity? Span => span;

    /// <summary>How long its last run took; zero before the first.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>
    /// Runs the work and keeps its result. False when what it wrote must be undone. Called again when the group runs one by one.
    /// </summary>
    public abstract ValueTask<bool> Run(WriteTransaction transaction);

    /// <summary>Keeps an exception as the result.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>Tells the caller what was kept.</summary>
    public abstract void AnswerKept();

    /// <summary>Tells the caller "no" whatever was kept: the commit did not happen.</summary>
    public abstract void Refuse(Refusal refusal);
}

internal sealed class WaitingWrite<T>(
    TenantId tenant, Func<WriteTransaction, CancellationToken, ValueTask<Result<T>>> work, CancellationToken cancel)
    : WaitingWrite(tenant, WriteSpans.BeginWrite(), cancel)
{
    private readonly TaskCompletionSource<Result<T>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Result<T> kept;
    private ExceptionDispatchInfo? thrown;

    public Task<Result<T>> Answer => answer.Task;

    public override async ValueTask<bool> Run(WriteTransaction transaction)
    {
        // A group may run again one by one.
        thrown = null;
        // Holds until this method returns: what the work does belongs to its write, not to the lane.
        if (Span is not null) Activity.Current = Span.AddEvent(new ActivityEvent("turn"));
        kept = await work(transaction, Cancel);
        if (kept.IsRefused) return false;
        await transaction.Complete(Cancel);
        return true;
    }

    public override void Fail(Exception cause) => thrown = ExceptionDispatchInfo.Capture(cause);

    public override void AnswerKept()
    {
        WriteSpans.End(Span);
        if (thrown is null) answer.TrySetResult(kept);
        else if (thrown.SourceException is OperationCanceledException) answer.TrySetCanceled(Cancel);
        else answer.TrySetException(thrown.SourceException);
    }

    public override void Refuse(Refusal refusal)
    {
        WriteSpans.End(Span);
        answer.TrySetResult(refusal);
    }
}

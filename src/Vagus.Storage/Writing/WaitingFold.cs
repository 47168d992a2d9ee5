using System.Diagnostics;
using Vagus.Kernel;

namespace Vagus.Storage.Writing;

/// <summary>
/// Asks for a group when no write does: each group takes what the journal holds into the logs (<see cref="Journal.LeafJournal"/>).
/// </summary>
/// <param name="triesHeldBack">Also leaves of tenants whose logs took none before.</param>
internal sealed class WaitingFold(bool triesHeldBack = false) : WaitingWrite(default, span: null, CancellationToken.None)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool TriesHeldBack => triesHeldBack;

    public Task Done => done.Task;

    public override ValueTask<bool> Run(WriteTransaction transaction) => throw new UnreachableException("The lane takes it by itself.");

    public override void Fail(Exception cause) => throw new InvalidOperationException("A fold has no work that could fail.", cause);

    public override void AnswerKept() => done.TrySetResult();

    /// <summary>What the journal holds stays there.</summary>
    public override void Refuse(Refusal refusal) => done.TrySetResult();
}

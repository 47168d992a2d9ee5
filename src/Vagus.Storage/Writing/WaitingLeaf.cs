using System.Diagnostics;
using Vagus.Kernel;

namespace Vagus.Storage.Writing;

/// <summary>
/// A leaf that stands for itself: it adds to the group and asks nothing, so it needs no savepoint, no head of the log and no cancellation.
/// </summary>
internal sealed class WaitingLeaf(TenantId tenant, byte[] leaf) : WaitingWrite(tenant, span: null, CancellationToken.None)
{
    // Its continuations run where it is told: LeafAnswers alone tells it.
    private readonly TaskCompletionSource<Refusal?> answer = new();
    private Refusal? outcome;

    public Task<Refusal?> Answer => answer.Task;

    public byte[] Body => leaf;

    public override ValueTask<bool> Run(WriteTransaction transaction) => throw new UnreachableException("The lane takes it by itself.");

    public override void Fail(Exception cause) => throw new InvalidOperationException("A leaf has no work that could fail.", cause);

    public void Tell() => answer.TrySetResult(outcome);

    public override void AnswerKept() => LeafAnswers.Tell([this]);

    public override void Refuse(Refusal refusal)
    {
        outcome = refusal;
        AnswerKept();
    }
}

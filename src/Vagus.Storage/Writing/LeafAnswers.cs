namespace Vagus.Storage.Writing;

/// <summary>
/// Tells callers the outcome of their leaves, several on one thread after each other: what a reader does with its answer takes
/// microseconds, and waking a thread for each of thousands would cost more than the leaves.
/// </summary>
internal sealed class LeafAnswers : IThreadPoolWorkItem
{
    // A slow one holds up those behind it.
    private const int MostAtOnce = 16;
    private readonly List<WaitingLeaf> leaves;
    private readonly int from;
    private readonly int to;

    private LeafAnswers(List<WaitingLeaf> leaves, int from, int to) => (this.leaves, this.from, this.to) = (leaves, from, to);

    /// <summary>Each leaf knows its answer already. Never runs a caller on this thread.</summary>
    public static void Tell(List<WaitingLeaf> leaves)
    {
        var share = Math.Clamp((leaves.Count + Environment.ProcessorCount - 1) / Environment.ProcessorCount, 1, MostAtOnce);
        for (var from = 0; from < leaves.Count; from += share)
        {
            var answers = new LeafAnswers(leaves, from, Math.Min(from + share, leaves.Count));
            ThreadPool.UnsafeQueueUserWorkItem(answers, preferLocal: false);
        }
    }

    public void Execute()
    {
        for (var at = from; at < to; at++) leaves[at].Tell();
    }
}

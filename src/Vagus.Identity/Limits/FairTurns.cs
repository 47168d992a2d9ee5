namespace Vagus.Identity.Limits;

/// <summary>
/// Turns at something scarce, a few at once. Those who wait are served from one group after the other: a flood from one network delays the
/// others by one turn and not by its whole queue.
/// </summary>
internal sealed class FairTurns(int atOnce, int waitingOfGroup, int waitingOfAll)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> queues = new(StringComparer.Ordinal);
    private readonly Queue<string> circle = new();
    private int free = atOnce;
    private int waiting;

    /// <summary>False: no turn within the limit, or too many wait. A turn that was taken is given back by <see cref="Release"/>.</summary>
    public async ValueTask<bool> Take(string group, TimeSpan limit, CancellationToken cancel)
    {
        if (Enter(group) is not { } turn) return false;

        try
        {
            await turn.Task.WaitAsync(limit, cancel);
            return true;
        }
        catch (Exception cause) when (cause is TimeoutException or OperationCanceledException)
        {
            Withdraw(turn);
            if (cause is OperationCanceledException) throw;
            return false;
        }
    }

    public void Release()
    {
        lock (gate)
        {
            while (circle.TryDequeue(out var group))
            {
                var queue = queues[group];
                var given = TryGive(queue);
                if (queue.Count > 0) circle.Enqueue(group);
                else queues.Remove(group);
                if (given) return;
            }

            free++;
        }
    }

    private TaskCompletionSource? Enter(string group)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (free > 0)
            {
                free--;
                turn.SetResult();
                return turn;
            }

            if (waiting >= waitingOfAll) return null;
            if (!queues.TryGetValue(group, out var queue))
            {
                queues[group] = queue = new Queue<TaskCompletionSource>();
                circle.Enqueue(group);
            }

            if (queue.Count >= waitingOfGroup) return null;
            queue.Enqueue(turn);
            waiting++;
            return turn;
        }
    }

    /// <summary>Gives the turn to the first of the queue that still waits; those that gave up are dropped on the way.</summary>
    private bool TryGive(Queue<TaskCompletionSource> queue)
    {
        while (queue.TryDequeue(out var first))
        {
            if (!first.TrySetResult()) continue;
            waiting--;
            return true;
        }

        return false;
    }

    private void Withdraw(TaskCompletionSource turn)
    {
        bool wasGiven;
        lock (gate)
        {
            wasGiven = !turn.TrySetCanceled(CancellationToken.None);
            if (!wasGiven) waiting--;
        }

        // It came in the moment in which the wait was given up: the next in line gets it.
        if (wasGiven) Release();
    }
}

namespace Vagus.Access.Requests;

/// <summary>Work that may take so long.</summary>
public static class TimeLimit
{
    /// <summary>What the work gives, or the other value where its time is over. Cancelled by its caller, it throws.</summary>
    public static async ValueTask<T> Within<T>(
        TimeSpan limit, TimeProvider clock, Func<CancellationToken, ValueTask<T>> work, T otherwise, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, over.Token);
        try
        {
            return await work(both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return otherwise;
        }
    }
}

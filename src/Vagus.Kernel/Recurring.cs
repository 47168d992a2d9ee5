namespace Vagus.Kernel;

/// <summary>
/// A duty that a process repeats until it stops. A turn that fails is reported, and the next one comes as usual: a database that cannot be
/// reached for a moment ends neither the duty nor the process.
/// </summary>
public static class Recurring
{
    /// <summary>The first turn comes after one interval. One that takes longer than the interval is not overtaken by the next.</summary>
    public static async Task Run(
        TimeSpan interval,
        TimeProvider clock,
        Func<CancellationToken, ValueTask> turn,
        Action<Exception> failed,
        CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(stopping);
                await turn(stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause)
            {
                failed(cause);
            }
        }
    }
}

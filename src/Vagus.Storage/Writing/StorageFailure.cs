namespace Vagus.Storage.Writing;

/// <summary>
/// Set once, when the disk or the database fails at a commit: from then on nothing is acknowledged, and the host ends the process.
/// What was not acknowledged may or may not be there after the restart; what was acknowledged is.
/// </summary>
public sealed class StorageFailure
{
    private readonly TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the cause when storage can no longer be trusted.</summary>
    public Task<Exception> Failed => failed.Task;

    public bool HasFailed => failed.Task.IsCompleted;

    internal void Report(Exception cause) => failed.TrySetResult(cause);
}

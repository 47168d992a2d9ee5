namespace Vagus.Storage.Files;

/// <summary>
/// How long an S3 server may be silent: the connection, the beginning of an answer and each piece of a body, in either direction, have so
/// long each. A request of a user waits for nothing longer, but for the end of a large upload, and a large body has as long as it moves.
/// </summary>
internal sealed class S3Patience(TimeSpan silence, TimeProvider clock)
{
    // S3 joins the parts of a large object before it answers, which takes minutes by its documentation.
    private const int TimesForJoining = 10;

    /// <summary>One request and its answer. Throws <see cref="TimeoutException"/> when nothing was heard for too long.</summary>
    /// <param name="ask">Gets what to call with each sign of life, and a token that ends it.</param>
    /// <param name="cancel">The caller's own end, which stays a cancellation.</param>
    public Task<T> Wait<T>(Func<Action, CancellationToken, Task<T>> ask, CancellationToken cancel) => Wait(ask, silence, cancel);

    public Task<T> Wait<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel) => Wait((_, token) => ask(token), cancel);

    /// <summary>The same for a request that lets the server join the parts of an object.</summary>
    public Task<T> WaitForJoining<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel) =>
        Wait((_, token) => ask(token), silence * TimesForJoining, cancel);

    private async Task<T> Wait<T>(Func<Action, CancellationToken, Task<T>> ask, TimeSpan longest, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await ask(() => limit.CancelAfter(longest), either.Token);
        }
        catch (OperationCanceledException cause) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TimeoutException("The S3 server was silent.", cause);
        }
    }
}

/// <summary>Bytes that are being sent: each piece that is taken is a sign of life.</summary>
internal sealed class SentBytes(byte[] bytes, int length, Action taken) : MemoryStream(bytes, 0, length, writable: false)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        taken();
        return base.ReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        taken();
        return base.ReadAsync(buffer, offset, count, cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        taken();
        return base.Read(buffer, offset, count);
    }
}

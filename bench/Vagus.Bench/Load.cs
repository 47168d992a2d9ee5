namespace Vagus.Bench;

/// <summary>How much load: bounded by a count and by time, whichever is reached first.</summary>
internal sealed record Amount(int Workers, int Requests, TimeSpan AtMost);

/// <summary>Workers that take numbered requests from one counter until there are none left.</summary>
internal static class Load
{
    /// <param name="request">Does the request with this number; false when the server refused it.</param>
    public static async Task<string> Run(
        string what, Amount amount, Func<int, CancellationToken, Task<bool>> request, CancellationToken cancel)
    {
        var latencies = new Latencies(amount.Requests);
        var next = -1;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(amount.AtMost);
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, amount.Workers).Select(_ => Work()));
        return latencies.Report(what, TimeProvider.System.GetElapsedTime(began));

        async Task Work()
        {
            for (var number = Interlocked.Increment(ref next); number < amount.Requests
                && !limit.IsCancellationRequested; number = Interlocked.Increment(ref next))
            {
                await One(number);
            }
        }

        async Task One(int number)
        {
            var sent = TimeProvider.System.GetTimestamp();
            try
            {
                if (await request(number, limit.Token)) latencies.Record(number, TimeProvider.System.GetElapsedTime(sent));
                else latencies.Fail();
            }
            catch (HttpRequestException)
            {
                latencies.Fail();
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                // The time is up; an unfinished request counts neither way.
            }
        }
    }
}

using Vagus.Kernel;

namespace Vagus.Storage.Tests;

public sealed class RecurringTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_turn_that_fails_is_reported_and_the_next_one_comes()
    {
        using var stop = new CancellationTokenSource();
        var reported = new List<string>();
        var turns = 0;

        await Recurring.Run(
            TimeSpan.FromMilliseconds(1),
            TimeProvider.System,
            _ => ++turns switch
            {
                1 => throw new InvalidOperationException("in the call"),
                2 => ValueTask.FromException(new IOException("in the task")),
                3 => ValueTask.FromException(new OperationCanceledException("of something else")),
                _ => new ValueTask(stop.CancelAsync()),
            },
            cause => reported.Add(cause.GetType().Name),
            stop.Token).WaitAsync(Limit);

        Assert.Equal(["InvalidOperationException", "IOException", "OperationCanceledException"], reported);
        Assert.Equal(4, turns);
    }

    [Fact]
    public async Task A_turn_that_is_stopped_in_the_middle_ends_the_duty_without_a_report()
    {
        using var stop = new CancellationTokenSource();
        var entered = new TaskCompletionSource();
        var running = Recurring.Run(
            TimeSpan.FromMilliseconds(1),
            TimeProvider.System,
            async cancel =>
            {
                entered.TrySetResult();
                await Task.Delay(Timeout.Infinite, cancel);
            },
            cause => Assert.Fail(cause.Message),
            stop.Token);
        await entered.Task.WaitAsync(Limit);

        await stop.CancelAsync();

        await running.WaitAsync(Limit);
    }
}

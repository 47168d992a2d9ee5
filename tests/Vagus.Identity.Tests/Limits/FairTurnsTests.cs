using Vagus.Identity.Limits;

namespace Vagus.Identity.Tests.Limits;

public sealed class FairTurnsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_flood_of_one_group_delays_another_by_one_turn()
    {
        var turns = new FairTurns(atOnce: 1, waitingOfGroup: 100, waitingOfAll: 100);
        var served = new List<string>();
        Assert.True(await turns.Take("flood", Long, default));
        var flood = Enumerable.Range(0, 40).Select(_ => Use(turns, "flood", served)).ToList();
        var honest = Use(turns, "honest", served);

        turns.Release();
        await Task.WhenAll([.. flood, honest]).WaitAsync(Long);

        Assert.InRange(served.IndexOf("honest"), 0, 1);
        Assert.Equal(41, served.Count);
    }

    [Fact]
    public async Task One_more_than_may_wait_is_refused_in_its_own_group_only()
    {
        var turns = new FairTurns(atOnce: 1, waitingOfGroup: 2, waitingOfAll: 3);
        Assert.True(await turns.Take("a", Long, default));
        var waiting = new[] { turns.Take("a", Long, default).AsTask(), turns.Take("a", Long, default).AsTask() };

        Assert.False(await turns.Take("a", Long, default));
        var other = turns.Take("b", Long, default).AsTask();
        Assert.False(await turns.Take("c", Long, default));

        for (var n = 0; n < 3; n++) turns.Release();
        Assert.All(await Task.WhenAll([.. waiting, other]).WaitAsync(Long), Assert.True);
    }

    [Fact]
    public async Task A_turn_whose_wait_was_given_up_goes_to_the_next()
    {
        var turns = new FairTurns(atOnce: 1, waitingOfGroup: 10, waitingOfAll: 10);
        using var cancel = new CancellationTokenSource();
        Assert.True(await turns.Take("a", Long, default));
        var cancelled = turns.Take("a", Long, cancel.Token).AsTask();
        var late = turns.Take("a", TimeSpan.FromMilliseconds(1), default).AsTask();
        var next = turns.Take("a", Long, default).AsTask();

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(await late.WaitAsync(Long));
        turns.Release();

        Assert.True(await next.WaitAsync(Long));
        turns.Release();
        Assert.True(await turns.Take("b", TimeSpan.Zero, default));
    }

    [Fact]
    public async Task Under_cancellations_at_random_no_turn_is_lost()
    {
        var turns = new FairTurns(atOnce: 2, waitingOfGroup: 1000, waitingOfAll: 1000);
        var random = new Random(7);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(n => Try(turns, $"{n % 5}", TimeSpan.FromMilliseconds(random.Next(0, 4)))))
            .WaitAsync(Long);

        Assert.True(await turns.Take("x", TimeSpan.Zero, default));
        Assert.True(await turns.Take("x", TimeSpan.Zero, default));
        Assert.False(await turns.Take("x", TimeSpan.Zero, default));
    }

    private static async Task Use(FairTurns turns, string group, List<string> served)
    {
        Assert.True(await turns.Take(group, Long, default));
        lock (served) served.Add(group);
        turns.Release();
    }

    private static async Task Try(FairTurns turns, string group, TimeSpan limit)
    {
        await Task.Yield();
        if (!await turns.Take(group, limit, default)) return;
        await Task.Yield();
        turns.Release();
    }
}

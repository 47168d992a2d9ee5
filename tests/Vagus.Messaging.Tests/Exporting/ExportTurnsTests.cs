using System.Globalization;
using Vagus.Kernel;
using Vagus.Messaging.Exporting;

namespace Vagus.Messaging.Tests.Exporting;

/// <summary>The turns of documents: who waits, who is refused, and for how long.</summary>
public sealed class ExportTurnsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource<Result<int>> held = new();

    [Fact]
    public async Task One_is_made_at_a_time_one_of_a_user_and_so_many_of_an_organization_wait()
    {
        using var turns = new ExportTurns(TimeProvider.System);
        var begun = new List<Task<Result<int>>> { Begin(turns, "north", 0) };
        begun.AddRange(Enumerable.Range(1, ExportTurns.MostOfTenant - 1).Select(user => Begin(turns, "north", user)));

        Assert.Equal(ExportTurns.TooMany, (await Begin(turns, "north", 0)).Refusal);
        Assert.Equal(ExportTurns.Busy, (await Begin(turns, "north", 99)).Refusal);
        for (var tenant = 0; begun.Count <= ExportTurns.Waiting; tenant++)
            begun.Add(Begin(turns, string.Create(CultureInfo.InvariantCulture, $"t{tenant}"), 0));
        Assert.Equal(ExportTurns.Busy, (await Begin(turns, "last", 0)).Refusal);
        Assert.DoesNotContain(begun, each => each.IsCompleted);

        held.SetResult(1);
        Assert.All(await Task.WhenAll(begun).WaitAsync(Limit), each => Assert.Null(each.Refusal));
        Assert.Null((await Begin(turns, "north", 0)).Refusal);
    }

    [Fact]
    public async Task Who_has_waited_too_long_is_answered()
    {
        using var turns = new ExportTurns(TimeProvider.System) { WaitsFor = TimeSpan.FromMilliseconds(50) };
        var (first, second) = (Begin(turns, "north", 0), Begin(turns, "north", 1));

        Assert.Equal(ExportTurns.Busy, (await second.WaitAsync(Limit)).Refusal);

        held.SetResult(1);
        Assert.Null((await first).Refusal);
    }

    [Fact]
    public async Task A_turn_that_lasts_too_long_ends_and_the_next_one_comes()
    {
        using var turns = new ExportTurns(TimeProvider.System) { Lasts = TimeSpan.FromMilliseconds(50) };
        var slow = turns.Within<int>(
            CallerOf("north", 0),
            async over =>
            {
                await Task.Delay(Timeout.Infinite, over);
                return 1;
            },
            CancellationToken.None).AsTask();
        held.SetResult(1);
        var next = Begin(turns, "south", 0);

        Assert.Equal(ExportTurns.Busy, (await slow.WaitAsync(Limit)).Refusal);
        Assert.Null((await next.WaitAsync(Limit)).Refusal);
    }

    private Task<Result<int>> Begin(ExportTurns turns, string tenant, int user) => turns.Within(
        CallerOf(tenant, user), async _ => await held.Task, CancellationToken.None).AsTask();

    private static Caller CallerOf(string tenant, int user) =>
        new(new TenantId(tenant), new UserId(user.ToString(CultureInfo.InvariantCulture)), Role.Provider, default);
}

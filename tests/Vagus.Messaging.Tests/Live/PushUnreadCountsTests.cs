using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Vagus.Kernel;
using Vagus.Messaging.Live;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Live;

/// <summary>What one turn counts, whom it tells, and what it leaves to the next.</summary>
public sealed class PushUnreadCountsTests(SqliteHouse house)
{
    private readonly UnreadChanges changes = new();

    [Fact]
    public async Task A_message_to_a_large_team_is_counted_in_turns_and_who_is_named_comes_first()
    {
        var (clinic, _, _) = await Open(house, "p1");
        Caller[] team = [.. Enumerable.Range(0, 150).Select(number => Nurse(clinic, number))];
        var live = new ToldSessions(team);
        using var push = Push(live);

        changes.Touch(clinic.Tenant, ["role:nurse", "nurse149"]);
        await push.StartAsync(CancellationToken.None);
        await Until(() => Task.FromResult(live.Told.Sum(turn => turn.Count) == 150), "not all are told");
        await push.StopAsync(CancellationToken.None);

        Assert.Equal([100, 50], live.Told.Select(turn => turn.Count));
        Assert.Contains("session149", live.Told.First());
    }

    [Fact]
    public async Task Who_was_greeted_with_the_same_count_is_told_nothing_and_a_caller_who_cannot_be_counted_holds_up_nobody()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        await patient.Begins();
        var (same, other) = (Nurse(clinic, 1), Nurse(clinic, 2));
        var broken = Nurse(clinic, 3) with { Role = (Role)99 };
        var live = new ToldSessions([same, other, broken]);
        using var push = Push(live);

        changes.Enter(broken, Counts(0));
        changes.Enter(same, Counts(1));
        changes.Enter(other, Counts(0));
        await push.StartAsync(CancellationToken.None);
        await Until(() => Task.FromResult(!live.Told.IsEmpty), "nobody is told");
        await push.StopAsync(CancellationToken.None);

        Assert.Equal("session2", Assert.Single(Assert.Single(live.Told)));
    }

    [Fact]
    public async Task Windows_of_one_sign_in_that_were_greeted_with_different_counts_are_told_the_same()
    {
        var (clinic, patient, _) = await Open(house, "p1");
        await patient.Begins();
        var nurse = Nurse(clinic, 1);
        var live = new ToldSessions([nurse]);
        using var push = Push(live);

        changes.Enter(nurse, Counts(0));
        changes.Enter(nurse, Counts(1));
        await push.StartAsync(CancellationToken.None);
        await Until(() => Task.FromResult(!live.Told.IsEmpty), "nobody is told");
        await push.StopAsync(CancellationToken.None);

        Assert.Equal("session1", Assert.Single(Assert.Single(live.Told)));
    }

    private static UnreadAnswer Counts(long general) =>
        UnreadAnswer.Of(general == 0 ? new Dictionary<string, long>() : new() { ["general"] = general });

    private static Caller Nurse(Clinic clinic, int number) =>
        new(clinic.Tenant, new UserId($"nurse{number}"), Role.Nurse, new SessionId($"session{number}"));

    private PushUnreadCounts Push(ITellLive live) => new(
        changes, live, house.Get<ThreadSights>(), house.Get<UnreadThreads>(), TimeProvider.System,
        NullLogger<PushUnreadCounts>.Instance);

    /// <summary>Keeps which sessions were told something, by turns.</summary>
    private sealed class ToldSessions(IReadOnlyList<Caller> connected) : ITellLive
    {
        public ConcurrentQueue<IReadOnlyList<string>> Told { get; } = [];

        public void Tell(TenantId tenant, string inNamespace, LiveWord word, Func<Caller, bool> hears) =>
            throw new InvalidOperationException("Each is told a count of its own.");

        public void Tell(TenantId tenant, string inNamespace, IReadOnlyDictionary<SessionId, LiveWord> words) =>
            Told.Enqueue([.. words.Keys.Select(session => session.Value)]);

        public IReadOnlyList<Caller> Listening(TenantId tenant, string inNamespace) => connected;
    }
}

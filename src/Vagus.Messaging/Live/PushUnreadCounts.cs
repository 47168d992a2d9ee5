using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Live;

/// <summary>
/// Pushes <c>unread { count, byCategory }</c> to the sockets of who has other counts than before. The tenant's feed of this node says whose
/// may have changed; each sign-in that is connected here is counted once, however many windows it has and changes came meanwhile. A turn
/// counts a bounded number of them, so a message to a large team delays the counts and nothing else.
/// </summary>
internal sealed partial class PushUnreadCounts(
    UnreadChanges changes, ITellLive live, ThreadSights sights, UnreadThreads unread, TimeProvider clock,
    ILogger<PushUnreadCounts> logger)
    : BackgroundService
{
    private const int MostInTurn = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    /// <summary>Null where windows of one sign-in were told different counts.</summary>
    private readonly Dictionary<(TenantId Tenant, SessionId Session), UnreadAnswer?> told = [];
    private readonly WaitingCounts waiting = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(Interval, clock, Turn, cause => Log.TurnFailed(logger, FailureName.Of(cause)), stoppingToken);

    private async ValueTask Turn(CancellationToken cancel)
    {
        Enlist(changes.Take());
        foreach (var tenant in waiting.Tenants.ToList()) Forget(tenant);
        foreach (var ofTenant in waiting.Take(MostInTurn, clock.GetUtcNow()).GroupBy(caller => caller.Tenant))
        {
            var words = new Dictionary<SessionId, LiveWord>();
            foreach (var caller in ofTenant)
            {
                var counted = await Counted(caller, cancel);
                if (counted is { } answer) words[caller.Session] = new LiveWord("unread", answer);
            }

            if (words.Count > 0) live.Tell(ofTenant.Key, MessagingNamespace.Path, words);
        }
    }

    private void Enlist(UnreadTouched touched)
    {
        foreach (var (caller, answer) in touched.Entered)
        {
            var key = (caller.Tenant, caller.Session);
            told[key] = !told.TryGetValue(key, out var last) || answer.IsSameAs(last) ? answer : null;
            waiting.Add(caller, isNamed: false);
        }

        foreach (var (tenant, names) in touched.Names)
        {
            foreach (var caller in live.Listening(tenant, MessagingNamespace.Path).DistinctBy(caller => caller.Session))
            {
                var own = ThreadNames.Of(caller).Where(names.Contains).ToList();
                if (own.Count > 0) waiting.Add(caller, isNamed: !own.All(ThreadNames.IsPool));
            }
        }
    }

    private void Forget(TenantId tenant)
    {
        var here = live.Listening(tenant, MessagingNamespace.Path).Select(caller => caller.Session).ToHashSet();
        waiting.Keep(tenant, here);
        foreach (var gone in told.Keys.Where(key => key.Tenant == tenant && !here.Contains(key.Session)).ToList()) told.Remove(gone);
    }

    /// <summary>Null where it is as it was told, or could not be counted: the others are, and it is asked again after a while.</summary>
    private async ValueTask<UnreadAnswer?> Counted(Caller caller, CancellationToken cancel)
    {
        try
        {
            var answer = UnreadAnswer.Of(await unread.Count(await sights.Of(caller, cancel), cancel));
            if (answer.IsSameAs(told.GetValueOrDefault((caller.Tenant, caller.Session)))) return null;
            told[(caller.Tenant, caller.Session)] = answer;
            return answer;
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            Log.Failed(logger, caller.Tenant.Value, caller.User.Value, FailureName.Of(cause));
            waiting.PutOff(caller, clock.GetUtcNow() + AfterFailure);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            7313, LogLevel.Error, "Tenant {Tenant}: the unread threads of {User} could not be counted ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string user, string cause);

        [LoggerMessage(7314, LogLevel.Error, "Counts of unread threads could not be pushed ({Cause}); the next change tells them")]
        public static partial void TurnFailed(ILogger logger, string cause);
    }
}

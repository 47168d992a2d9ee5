using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Live;

/// <summary>
/// Tells <c>unread { count, byCategory }</c> to the sockets of who has other counts than before. The tenant's feed of this node says whom
/// an event may concern; what comes within a moment is counted once for each sign-in that is connected here, however many windows it has.
/// </summary>
internal sealed partial class TellUnread(
    UnreadChanges changes, ITellLive live, ThreadSights sights, UnreadThreads unread, TimeProvider clock, ILogger<TellUnread> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly Dictionary<(TenantId Tenant, SessionId Session), UnreadAnswer> told = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(Interval, clock, Turn, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private async ValueTask Turn(CancellationToken cancel)
    {
        foreach (var (tenant, names) in changes.Take()) await Tell(tenant, names, cancel);
    }

    private async ValueTask Tell(TenantId tenant, HashSet<string> names, CancellationToken cancel)
    {
        var here = live.Listening(tenant, MessagingNamespace.Path).DistinctBy(caller => caller.Session).ToList();
        var sessions = here.Select(caller => caller.Session).ToHashSet();
        foreach (var gone in told.Keys.Where(key => key.Tenant == tenant && !sessions.Contains(key.Session)).ToList()) told.Remove(gone);
        foreach (var caller in here.Where(caller => ThreadNames.Of(caller).Any(names.Contains)))
        {
            var answer = UnreadAnswer.Of(await unread.Count(await sights.Of(caller, cancel), cancel));
            if (told.TryGetValue((tenant, caller.Session), out var last) && last.IsSameAs(answer)) continue;
            told[(tenant, caller.Session)] = answer;
            live.Tell(tenant, MessagingNamespace.Path, new LiveWord("unread", answer), other => other.Session == caller.Session);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7310, LogLevel.Error, "Counts of unread threads could not be told ({Cause}); the next change tells them")]
        public static partial void Failed(ILogger logger, string cause);
    }
}

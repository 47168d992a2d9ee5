using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Messaging.Live;

/// <summary>
/// Who is typing, in which thread: leases in memory of this process, which end when they are not renewed. Nothing of it is stored or
/// replayed, and other nodes do not hear of it.
/// </summary>
internal sealed partial class TypingBoard(ITellLive live, MessagingOptions options, TimeProvider clock, ILogger<TypingBoard> logger)
    : BackgroundService
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private readonly Dictionary<(TenantId, string Thread, UserId), Lease> leases = [];

    /// <summary>Begins, renews or ends a lease, and tells the others where that changes something.</summary>
    public void Set(Caller caller, string thread, bool isTyping, Func<Caller, bool> hears)
    {
        var key = (caller.Tenant, thread, caller.User);
        lock (gate)
        {
            var was = leases.ContainsKey(key);
            // A beginning without a lease would be told of and never end.
            if (isTyping && !was && leases.Count >= options.MostTyping) return;
            if (isTyping) leases[key] = new Lease(caller, hears, clock.GetUtcNow() + options.TypingLease);
            else leases.Remove(key);
            if (was == isTyping) return;
        }

        Tell(caller, thread, isTyping, hears);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(SweepInterval, clock, Sweep, cause => Log.SweepFailed(logger, FailureName.Of(cause)), stoppingToken);

    private ValueTask Sweep(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        List<(string Thread, Lease Lease)> over = [];
        lock (gate)
        {
            foreach (var (key, lease) in leases.Where(each => each.Value.Until <= now).ToArray())
            {
                leases.Remove(key);
                over.Add((key.Thread, lease));
            }
        }

        foreach (var (thread, lease) in over) Tell(lease.Caller, thread, isTyping: false, lease.Hears);
        return ValueTask.CompletedTask;
    }

    private void Tell(Caller caller, string thread, bool isTyping, Func<Caller, bool> hears) => live.Tell(
        caller.Tenant, MessagingNamespace.Path,
        new LiveWord("user_typing", new { userId = caller.User.Value, role = caller.Role.Name(), threadId = thread, isTyping }),
        other => other.User != caller.User && hears(other));

    private sealed record Lease(Caller Caller, Func<Caller, bool> Hears, DateTimeOffset Until);

    private static partial class Log
    {
        [LoggerMessage(7312, LogLevel.Error, "The sweep of who is typing failed ({Cause}) and is tried again")]
        public static partial void SweepFailed(ILogger logger, string cause);
    }
}

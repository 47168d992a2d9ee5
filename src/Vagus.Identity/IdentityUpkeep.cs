using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Identity.BreakingGlass;
using Vagus.Identity.Keys;
using Vagus.Identity.OAuth;
using Vagus.Identity.Passwords;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;

namespace Vagus.Identity;

/// <summary>
/// What this room does by itself, in each process: load the keys at the start, then watch for ended sessions, turn the keys and sweep.
/// </summary>
internal sealed partial class IdentityUpkeep(
    SigningKeys keys,
    SessionWatch watch,
    EndOverdueSessions overdue,
    SweepSessions sweep,
    ResetFactors resets,
    SweepApps apps,
    EndBreakGlass brokenGlass,
    BreakGlassMetrics reviews,
    PasswordHashing hashing,
    TimeProvider clock,
    ILogger<IdentityUpkeep> logger)
        : BackgroundService
{
    private static readonly TimeSpan KeysEvery = TimeSpan.FromSeconds(5);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the server listens: without a key nobody can sign in, and a wrong root key must stop the start.
        await keys.Refresh(cancellationToken);
        hashing.WarmUp();
        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        Repeat("session watch", SessionWatch.Interval, watch.Look, stoppingToken),
        Repeat("overdue sessions", EndOverdueSessions.Interval, overdue.Look, stoppingToken),
        Repeat("resets of second factors", ResetFactors.Interval, resets.ApplyDue, stoppingToken),
        Repeat("break-glass", EndBreakGlass.Interval, brokenGlass.Look, stoppingToken),
        Repeat("reviews of break-glass", BreakGlassMetrics.Interval, reviews.Look, stoppingToken),
        Repeat("signing keys", KeysEvery, keys.Refresh, stoppingToken),
        Repeat("sealed successors", RotateRefreshToken.RetryWindow, sweep.ForgetSuccessors, stoppingToken),
        Repeat("expired sessions", SweepSessions.Interval, sweep.DeleteExpired, stoppingToken),
        Repeat("what applications left", SweepApps.Interval, apps.DeleteExpired, stoppingToken));

    private Task Repeat(string duty, TimeSpan every, Func<CancellationToken, Task> work, CancellationToken stopping) => Recurring.Run(
        every, clock, async cancel => await work(cancel), cause => Log.Failed(logger, duty, FailureName.Of(cause)), stopping);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Upkeep of {Duty} failed ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string duty, string cause);
    }
}

using Microsoft.Extensions.Logging;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Sessions;

/// <summary>Runs a replay to its end. One that fails closes its session: the client comes back and asks again from where it is.</summary>
internal sealed partial class Replays
{
    public static async Task Run(LiveSession session, TenantFeed feed, Resume resume, ILogger<Replays> logger, CancellationToken cancel)
    {
        try
        {
            await feed.Catch(session, resume, cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // The top of one replay.
            Log.Failed(logger, failure, session.Caller.Tenant.Value, session.Caller.User.Value);
            session.Close(Closing.Restart);
            throw;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Tenant {Tenant}: a replay for user {User} failed; the connection is closed, to come back")]
        public static partial void Failed(ILogger logger, Exception failure, string tenant, string user);
    }
}

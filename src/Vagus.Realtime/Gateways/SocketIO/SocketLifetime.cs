using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Presence;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// Puts a socket into its tenant's feed when it is let in, and remembers it when it goes. Sockets of every namespace come into the feed:
/// it also closes those whose sign-in is over.
/// </summary>
internal sealed partial class SocketLifetime(
    Feeds feeds, LiveNamespaces namespaces, ViewResource view, AbsentClients absent, LiveAudit audit, ILogger<SocketLifetime> logger)
{
    public async ValueTask Begin(ClientSocket socket, CancellationToken cancel)
    {
        var session = SocketIOSession.Of(socket);
        Log.Connected(logger, session.Caller.Tenant.Value, session.Caller.User.Value, socket.Id, socket.Recovered);
        try
        {
            var goesOn = socket.Recovered || session.Since is not null;
            if (session.FollowsLog && await audit.Began(session, session.Entry!, goesOn) is { } unaudited)
            {
                Log.NotAudited(logger, session.Caller.Tenant.Value, session.Caller.User.Value, unaudited.Code);
                session.Close(Closing.Restart);
                return;
            }

            var feature = namespaces.FeatureOf(session.Namespace);
            var greeting = feature is null ? null : await feature.Greet(session.Caller, cancel);
            if (greeting is not null) socket.Send(socket.Namespace.Encode(greeting.Word.Name, greeting.Word.Data));
            await feeds.Enter(session, session.Entry!);
            greeting?.Entered();
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            // The database is away. A socket that does not follow the log must not stay open.
            Log.NotLed(logger, session.Caller.Tenant.Value, session.Caller.User.Value, FailureName.Of(failure));
            session.Close(Closing.Restart);
        }
    }

    public ValueTask End(ClientSocket socket, DisconnectReason reason)
    {
        var session = SocketIOSession.Of(socket);
        view.Leave(session);
        // One that never came into the feed is as it was when it went away before: it can only come back with what was known then.
        if (session is { Place: { } place, FollowsLog: true }) absent.Put(session.Caller, socket.Id, place.Asked);
        Log.Disconnected(logger, session.Caller.Tenant.Value, session.Caller.User.Value, socket.Id, reason);
        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(
            4, LogLevel.Error, "Tenant {Tenant}: a socket of user {User} could not be put into the audit ({Code}); it is closed, to come back")]
        public static partial void NotAudited(ILogger logger, string tenant, string user, string code);

        [LoggerMessage(1, LogLevel.Debug, "Tenant {Tenant}: user {User} is connected as {Socket}, recovered: {Recovered}")]
        public static partial void Connected(ILogger logger, string tenant, string user, string socket, bool recovered);

        [LoggerMessage(2, LogLevel.Debug, "Tenant {Tenant}: user {User} left socket {Socket}: {Reason}")]
        public static partial void Disconnected(ILogger logger, string tenant, string user, string socket, DisconnectReason reason);

        [LoggerMessage(
            3, LogLevel.Error,
            "Tenant {Tenant}: a socket of user {User} could not be put into the feed ({Cause}); it is closed, to come back")]
        public static partial void NotLed(ILogger logger, string tenant, string user, string cause);
    }
}

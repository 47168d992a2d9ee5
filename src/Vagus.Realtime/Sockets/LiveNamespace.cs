using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Presence;
using Vagus.Realtime.Requests;
using Vagus.Realtime.Sessions;
using Vagus.SocketIO;

namespace Vagus.Realtime.Sockets;

/// <summary>The namespace <c>/</c>: who is let in, and what a client can ask for.</summary>
internal sealed partial class LiveNamespace(
    AuthenticateSocket admit, Feeds feeds, SubscribeSocket subscribe, ViewResource view, AbsentClients absent,
        RealtimeMetrics metrics, ILogger<LiveNamespace> logger)
{
    public const string Name = "/";

    public void Configure(SocketNamespace target) => target
        .Use(admit.Admit)
        .OnConnect(Connected)
        .OnDisconnect(Disconnected)
        .On("subscribe",
            (socket, arguments, cancel) =>
            Answer(socket, arguments, () => subscribe.Subscribe(SocketSession.Of(socket), arguments, cancel)))
        .On("unsubscribe",
            (socket, arguments, cancel) =>
            Answer(socket, arguments, () => SubscribeSocket.Unsubscribe(SocketSession.Of(socket), arguments)))
        .On("view",
            (socket, arguments, cancel) => Answer(socket, arguments, () => view.Answer(SocketSession.Of(socket), arguments, cancel)))
        .On("acknowledge", (socket, arguments, cancel) => Answer(socket, arguments, () => ValueTask.FromResult(Acknowledge(arguments))))
        .On("authenticate",
            (socket, arguments, cancel) => Answer(socket, arguments, () => admit.Renew(SocketSession.Of(socket), arguments, cancel)))
        .OnAny((socket, arguments, cancel) => Answer(socket, arguments, () => ValueTask.FromResult<Result<object>>(Refusals.UnknownEvent)));

    /// <summary>The first argument, or nothing where the client sent none.</summary>
    public static JsonElement Given(EventArguments arguments) => arguments.Count == 0 ? default : JsonElement.Parse(arguments.Raw(0).Span);

    private async ValueTask Connected(ClientSocket socket, CancellationToken cancel)
    {
        var session = SocketSession.Of(socket);
        Log.Connected(logger, session.Caller.Tenant.Value, session.Caller.User.Value, socket.Id, socket.Recovered);
        try
        {
            await feeds.Enter(session, session.Entry!);
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested)
        {
            // The database is away. A socket that does not follow the log must not stay open.
            Log.NotLed(logger, failure, session.Caller.Tenant.Value, session.Caller.User.Value);
            session.Close(Closing.Restart);
        }
    }

    private ValueTask Disconnected(ClientSocket socket, DisconnectReason reason)
    {
        var session = SocketSession.Of(socket);
        view.Leave(session);
        // One that never came into the feed is as it was when it went away before: it can only come back with what was known then.
        if (session.Feed is { } feed) absent.Put(session.Caller, socket.Id, feed.Members.Asked(session));
        Log.Disconnected(logger, session.Caller.Tenant.Value, session.Caller.User.Value, socket.Id, reason);
        return ValueTask.CompletedTask;
    }

    // Alerts come with their own feature; until one exists there is none to acknowledge.
    private static Result<object> Acknowledge(EventArguments arguments)
    {
        var fields = RequestFields.Read(Given(arguments), "alertId", "readBack", "note");
        if (fields.IsRefused) return fields.Refusal!;
        var alert = fields.Value.Text("alertId");
        return alert.IsRefused ? alert.Refusal! : Refusals.NoSuchAlert;
    }

    private async ValueTask Answer(ClientSocket socket, EventArguments arguments, Func<ValueTask<Result<object>>> answer)
    {
        try
        {
            var outcome = await Outcome(socket, arguments, answer);
            if (outcome.Refusal is { } refusal) metrics.Refused(refusal.Kind);
            arguments.Ack(outcome.Refusal is null ? outcome.Value : Refused(outcome.Refusal));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Every event is answered, also when the database is away. The top of one request.
            Log.Failed(logger, failure, arguments.Name);
            arguments.Ack(Refused(Refusals.Unavailable));
        }
    }

    private static async ValueTask<Result<object>> Outcome(
        ClientSocket socket, EventArguments arguments, Func<ValueTask<Result<object>>> answer)
    {
        if (!SocketSession.Of(socket).Requests.Allows()) return Refusals.TooManyFrames;
        return WellFormed.Text(arguments.Json.Span) ? await answer() : Refusals.BrokenText;
    }

    private static object Refused(Refusal refusal) => new { ok = false, error = new { code = refusal.Code, message = refusal.Message } };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Tenant {Tenant}: user {User} is connected as {Socket}, recovered: {Recovered}")]
        public static partial void Connected(ILogger logger, string tenant, string user, string socket, bool recovered);

        [LoggerMessage(2, LogLevel.Debug, "Tenant {Tenant}: user {User} left socket {Socket}: {Reason}")]
        public static partial void Disconnected(ILogger logger, string tenant, string user, string socket, DisconnectReason reason);

        [LoggerMessage(
            4, LogLevel.Error, "Tenant {Tenant}: a socket of user {User} could not be put into the feed; it is closed, to come back")]
        public static partial void NotLed(ILogger logger, Exception failure, string tenant, string user);

        [LoggerMessage(3, LogLevel.Error, "The event {Name} of a socket failed")]
        public static partial void Failed(ILogger logger, Exception failure, string name);
    }
}

using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Realtime.Requests;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// Answers one event of a socket: as often as the limits allow, of well-formed text only, with what was asked for or with the refusal, and
/// always, also when the answer throws.
/// </summary>
internal sealed partial class AnswerEvent(RealtimeMetrics metrics, ILogger<AnswerEvent> logger)
{
    /// <summary>A handler that acknowledges with what it is given here.</summary>
    public OnEvent With(Func<SocketIOSession, EventArguments, CancellationToken, ValueTask<Result<object>>> answer) =>
        With(answer, refusal => refusal);

    /// <summary>The same, with refusals in the words of the namespace.</summary>
    public OnEvent With(
        Func<SocketIOSession, EventArguments, CancellationToken, ValueTask<Result<object>>> answer, Func<Refusal, Refusal> told) =>
        (socket, arguments, cancel) => Run(SocketIOSession.Of(socket), arguments, answer, told, cancel);

    /// <summary>A handler that lets a feature answer.</summary>
    public OnEvent With(ILiveCommand command, Func<Refusal, Refusal> told) => With(
        (session, arguments, cancel) => command.Run(
            new LiveOrigin(session.Origin.Address, session.Origin.Request), session.Caller, Given(arguments), cancel),
        told);

    /// <summary>The first argument, or nothing where the client sent none.</summary>
    public static JsonElement Given(EventArguments arguments) => arguments.Count == 0 ? default : JsonElement.Parse(arguments.Raw(0).Span);

    private async ValueTask Run(
        SocketIOSession session,
        EventArguments arguments,
        Func<SocketIOSession, EventArguments, CancellationToken, ValueTask<Result<object>>> answer,
        Func<Refusal, Refusal> told,
        CancellationToken cancel)
    {
        try
        {
            var result = Refuse(session, arguments) is { } refused ? refused : await answer(session, arguments, cancel);
            if (result.Refusal is { } refusal) metrics.Refused(refusal.Kind);
            arguments.Ack(result.Refusal is { } no ? Refused(told(no)) : result.Value);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // The top of one request: every event is answered, also when the database is away.
            Log.Failed(logger, arguments.Name, FailureName.Of(failure));
            arguments.Ack(Refused(told(Refusals.Unavailable)));
        }
    }

    private static Refusal? Refuse(SocketIOSession session, EventArguments arguments)
    {
        if (!session.Requests.Allows()) return Refusals.TooManyFrames;
        return WellFormed.Text(arguments.Json.Span) ? null : Refusals.BrokenText;
    }

    private static object Refused(Refusal refusal)
    {
        var error = new Dictionary<string, string>(refusal.Details ?? Nothing, StringComparer.Ordinal)
        {
            ["code"] = refusal.Code, ["message"] = refusal.Message,
        };
        return new { ok = false, error };
    }

    private static readonly Dictionary<string, string> Nothing = [];

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The event {Name} of a socket failed ({Cause})")]
        public static partial void Failed(ILogger logger, string name, string cause);
    }
}

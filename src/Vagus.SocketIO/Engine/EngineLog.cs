using Microsoft.Extensions.Logging;

namespace Vagus.SocketIO.Engine;

internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Debug, "Request to {Path} refused with code {Code}")]
    internal static partial void Refused(ILogger logger, string path, int code);

    [LoggerMessage(2, LogLevel.Debug, "Connection closed: {Reason}")]
    internal static partial void Closed(ILogger logger, DisconnectReason reason);

    [LoggerMessage(3, LogLevel.Error, "A handler of event {Event} in namespace {Namespace} failed")]
    internal static partial void HandlerFailed(ILogger logger, Exception failure, string @event, string @namespace);

    [LoggerMessage(4, LogLevel.Debug, "Arguments of event {Event} in namespace {Namespace} do not fit its handler")]
    internal static partial void ArgumentsDoNotFit(ILogger logger, string @event, string @namespace);

    [LoggerMessage(5, LogLevel.Error, "A middleware of namespace {Namespace} failed; the socket was refused")]
    internal static partial void MiddlewareFailed(ILogger logger, Exception failure, string @namespace);

    [LoggerMessage(6, LogLevel.Error, "A connection handler of namespace {Namespace} failed")]
    internal static partial void LifeCycleFailed(ILogger logger, Exception failure, string @namespace);
}

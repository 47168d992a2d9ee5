using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// What the engine logs. An exception is named by its type and the method that threw it: its message may repeat what a client sent.
/// </summary>
internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Debug, "Request to {Path} refused with code {Code}")]
    internal static partial void Refused(ILogger logger, string path, int code);

    [LoggerMessage(2, LogLevel.Debug, "Connection closed: {Reason}")]
    internal static partial void Closed(ILogger logger, DisconnectReason reason);

    [LoggerMessage(3, LogLevel.Error, "A handler of event {Event} in namespace {Namespace} failed with {Cause} in {Place}")]
    internal static partial void HandlerFailed(ILogger logger, string @event, string @namespace, string cause, string place);

    [LoggerMessage(4, LogLevel.Debug, "Arguments of event {Event} in namespace {Namespace} do not fit its handler")]
    internal static partial void ArgumentsDoNotFit(ILogger logger, string @event, string @namespace);

    [LoggerMessage(5, LogLevel.Error, "A middleware of namespace {Namespace} failed with {Cause} in {Place}; the socket was refused")]
    internal static partial void MiddlewareFailed(ILogger logger, string @namespace, string cause, string place);

    [LoggerMessage(6, LogLevel.Error, "A connection handler of namespace {Namespace} failed with {Cause} in {Place}")]
    internal static partial void LifeCycleFailed(ILogger logger, string @namespace, string cause, string place);

    internal static string CauseOf(Exception failure) => failure.GetType().Name;

    internal static string PlaceOf(Exception failure)
    {
        var method = new StackTrace(failure, fNeedFileInfo: false).GetFrame(0)?.GetMethod();
        return $"{method?.DeclaringType?.FullName}.{method?.Name}";
    }
}

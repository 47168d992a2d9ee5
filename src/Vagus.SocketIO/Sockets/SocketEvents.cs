using System.Text.Json;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO.Sockets;

/// <summary>
/// Runs the handlers of one socket: one event at a time, in order, after its connection handlers. The session's gate guards it.
/// </summary>
internal sealed class SocketEvents(ClientSocket socket)
{
    private Queue<EventArguments>? _waiting;
    private TaskCompletionSource? _room;

    // OnConnect runs before the first event, so a new socket starts out busy.
    private bool _handling = true;

    /// <summary>
    /// Handles an event, or queues it behind the one being handled: the events of a socket are handled in order, one at a time. The
    /// task completes when the connection may be read on.
    /// </summary>
    internal ValueTask Handle(EventArguments arguments)
    {
        lock (socket.Client.Session.Gate)
        {
            if (_handling)
            {
                (_waiting ??= new Queue<EventArguments>()).Enqueue(arguments);
                if (_waiting.Count < socket.Namespace.Server.Options.MaxWaitingEvents) return ValueTask.CompletedTask;

                _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return new ValueTask(_room.Task);
            }
            _handling = true;
        }
        var running = Invoke(arguments);
        if (running.IsCompletedSuccessfully) running = HandleWaiting();
        else running = Continue(running);
        // A handler that takes its time does not keep the connection from being read: an acknowledgement may be what it waits for.
        if (!running.IsCompleted) _ = running.AsTask();
        return ValueTask.CompletedTask;
    }

    /// <summary>Runs the connection handlers, then whatever has arrived.</summary>
    internal async Task RunConnected()
    {
        foreach (var handler in socket.Namespace.Connected)
        {
            try
            {
                await handler(socket, socket.Gone);
            }
            catch (Exception failure)
            {
                ReportLifeCycle(failure);
            }
        }
        await HandleWaiting();
    }

    private async ValueTask Continue(ValueTask running)
    {
        await running;
        await HandleWaiting();
    }

    private async ValueTask HandleWaiting()
    {
        while (NextWaiting() is { } next) await Invoke(next);
    }

    private EventArguments? NextWaiting()
    {
        TaskCompletionSource? room = null;
        EventArguments? next = null;
        lock (socket.Client.Session.Gate)
        {
            if (socket.IsGone) _waiting?.Clear();
            _waiting?.TryDequeue(out next);
            if (_waiting is null || _waiting.Count <= socket.Namespace.Server.Options.MaxWaitingEvents / 2)
            {
                room = _room;
                _room = null;
            }
            if (next is null)
            {
                _handling = false;
                _waiting = null;
            }
        }
        room?.TrySetResult();
        return next;
    }

    private async ValueTask Invoke(EventArguments arguments)
    {
        if (socket.IsGone || socket.Namespace.HandlerOf(arguments.Name) is not { } handler) return;

        try
        {
            await handler(socket, arguments, socket.Gone);
        }
        catch (JsonException)
        {
            EngineLog.ArgumentsDoNotFit(socket.Namespace.Server.Logger, arguments.Name, socket.Namespace.Name);
        }
        catch (OperationCanceledException) when (socket.IsGone)
        {
            // The socket went away and the handler noticed, as it should.
        }
        catch (Exception failure)
        {
            // The top of the loop of one socket's events: a broken handler must not end the connection or the process.
            EngineLog.HandlerFailed(
                socket.Namespace.Server.Logger, arguments.Name, socket.Namespace.Name, EngineLog.CauseOf(failure),
                EngineLog.PlaceOf(failure));
        }
    }

    internal void RunDisconnected(DisconnectReason reason)
    {
        if (socket.Namespace.Disconnected.Count > 0) _ = RunDisconnectedHandlers(reason);
    }

    private async Task RunDisconnectedHandlers(DisconnectReason reason)
    {
        foreach (var handler in socket.Namespace.Disconnected)
        {
            try
            {
                await handler(socket, reason);
            }
            catch (Exception failure)
            {
                ReportLifeCycle(failure);
            }
        }
    }

    private void ReportLifeCycle(Exception failure)
    {
        if (failure is OperationCanceledException && socket.IsGone) return;

        EngineLog.LifeCycleFailed(
            socket.Namespace.Server.Logger, socket.Namespace.Name, EngineLog.CauseOf(failure), EngineLog.PlaceOf(failure));
    }
}

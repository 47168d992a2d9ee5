using System.Text.Json;

namespace Vagus.SocketIO;

public sealed partial class ClientSocket
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
        lock (_client.Session.Gate)
        {
            if (_handling)
            {
                (_waiting ??= new Queue<EventArguments>()).Enqueue(arguments);
                if (_waiting.Count < Namespace.Server.Options.MaxWaitingEvents) return ValueTask.CompletedTask;

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
        foreach (var handler in Namespace.Connected)
        {
            try
            {
                await handler(this, Gone);
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
        lock (_client.Session.Gate)
        {
            if (_state == SocketState.Gone) _waiting?.Clear();
            _waiting?.TryDequeue(out next);
            if (_waiting is null || _waiting.Count <= Namespace.Server.Options.MaxWaitingEvents / 2)
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
        if (_state == SocketState.Gone || Namespace.HandlerOf(arguments.Name) is not { } handler) return;

        try
        {
            await handler(this, arguments, Gone);
        }
        catch (JsonException)
        {
            EngineLog.ArgumentsDoNotFit(Namespace.Server.Logger, arguments.Name, Namespace.Name);
        }
        catch (OperationCanceledException) when (_state == SocketState.Gone)
        {
            // The socket went away and the handler noticed, as it should.
        }
        catch (Exception failure)
        {
            // The top of the loop of one socket's events: a broken handler must not end the connection or the process.
            EngineLog.HandlerFailed(Namespace.Server.Logger, failure, arguments.Name, Namespace.Name);
        }
    }

    private void RunDisconnected(DisconnectReason reason)
    {
        if (Namespace.Disconnected.Count > 0) _ = RunDisconnectedHandlers(reason);
    }

    private async Task RunDisconnectedHandlers(DisconnectReason reason)
    {
        foreach (var handler in Namespace.Disconnected)
        {
            try
            {
                await handler(this, reason);
            }
            catch (Exception failure)
            {
                ReportLifeCycle(failure);
            }
        }
    }

    private void ReportLifeCycle(Exception failure)
    {
        if (failure is OperationCanceledException && _state == SocketState.Gone) return;

        EngineLog.LifeCycleFailed(Namespace.Server.Logger, failure, Namespace.Name);
    }
}

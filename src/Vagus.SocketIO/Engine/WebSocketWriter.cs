using System.Buffers;
using System.Net.Sockets;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// The write side of one WebSocket, which the session's lane calls. Writes go to the stream, or straight to the socket once that is known
/// to be safe (see the README, "Direct writes").
/// </summary>
internal sealed class WebSocketWriter
{
    /// <summary>The server's answer to the upgrade may still be on its way through the web server's own buffers.</summary>
    private const int Undecided = 0;
    private const int Streamed = 1;
    private const int Direct = 2;

    /// <summary>A send completes when all of it is taken, so what is sent aside goes in steps: each that is taken is progress.</summary>
    private const int StepBytes = 32 * 1024;

    private readonly WebSocketLink _link;
    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly Lock _aloneGate = new();
    private Task _alone = Task.CompletedTask;
    private int _mode;
    private volatile bool _closeSent;
    private TaskCompletionSource? _closing;

    internal WebSocketWriter(WebSocketLink link, Stream stream, Socket? socket)
    {
        (_link, _stream, _socket) = (link, stream, socket);
        _mode = socket is null ? Streamed : Undecided;
    }

    /// <summary>A close frame has been written, or is on its way.</summary>
    internal bool HasClosed => _closeSent;

    /// <summary>Writes the open packet of a new connection. Until the client is heard from, nothing else may follow it.</summary>
    internal ValueTask WriteFirst(Frame frame) => _stream.WriteAsync(frame.Wire);

    /// <summary>Writes one batch. False: it goes on by itself and the session is resumed when it is done.</summary>
    internal bool Write(DrainBuffer buffer, EngineSession session, bool closes)
    {
        if (_link.HasEnded) return true;

        // Nothing heard yet, and something to say: this connection stays on the stream.
        if (_mode == Undecided) Interlocked.CompareExchange(ref _mode, Streamed, Undecided);
        var finished = _mode == Direct ? WriteDirect(buffer, session, closes) : WriteStreamed(buffer, session, closes);
        if (finished && closes) MarkCloseWritten();
        return finished;
    }

    /// <summary>
    /// Writes a frame while no session writes here: on a candidate, or to turn a WebSocket away. Such frames go out one after the other,
    /// and none behind a close frame.
    /// </summary>
    internal void WriteAlone(Frame frame)
    {
        lock (_aloneGate)
        {
            if (!_closeSent) Follow(frame);
        }
    }

    /// <summary>Writes a close frame, once. False: one was written before.</summary>
    internal bool WriteClose(Frame goodbye)
    {
        lock (_aloneGate)
        {
            if (_closeSent) return false;

            _closeSent = true;
            Follow(goodbye);
            return true;
        }
    }

    /// <summary>The client has sent something.</summary>
    internal void HeardFromClient()
    {
        if (_mode != Undecided) return;

        // The client answers, so it has had the 101 and what went before: the socket is ours to write from now on.
        _socket!.Blocking = false;
        Interlocked.CompareExchange(ref _mode, Direct, Undecided);
    }

    private bool WriteDirect(DrainBuffer buffer, EngineSession session, bool closes)
    {
        var bytes = buffer.Join();
        int sent;
        SocketError error;
        try
        {
            sent = _socket!.Send(bytes.Span, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.ConnectionReset;
            sent = 0;
        }
        if (error == SocketError.Success && sent == bytes.Length) return true;
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            // The read loop sees the same failure and ends the session.
            _link.End();
            return true;
        }
        var rest = bytes[Math.Max(sent, 0)..];
        session.Queue.Stall();
        _ = WriteRest(buffer.Frames.Count == 1 ? rest : rest.ToArray(), session, closes);
        return false;
    }

    private async Task WriteRest(ReadOnlyMemory<byte> rest, EngineSession session, bool closes)
    {
        var watch = new WriteWatch(session, _link);
        try
        {
            while (rest.Length > 0)
            {
                var sent = await _socket!.SendAsync(FirstStep(rest), SocketFlags.None);
                rest = rest[sent..];
                watch.Progress();
            }
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            // The end of a connection like any other.
        }
        finally
        {
            // Whatever ended it: a frame that is cut has no sequel.
            if (rest.Length > 0) _link.End();
            watch.End();
            Finished(session, closes);
        }
    }

    private bool WriteStreamed(DrainBuffer buffer, EngineSession session, bool closes)
    {
        var joined = buffer.Join();
        // The stream may hold on to what it is given, so a batch gets bytes of its own; a single frame is immutable anyway.
        var rented = buffer.Frames.Count == 1 ? null : ArrayPool<byte>.Shared.Rent(joined.Length);
        if (rented is not null) joined.CopyTo(rented);
        var write = WriteStream(rented is null ? joined : rented.AsMemory(0, joined.Length), rented, session);
        if (write.IsCompleted) return true;

        session.Queue.Stall();
        _ = FinishStreamed(write, session, closes);
        return false;
    }

    private async Task WriteStream(ReadOnlyMemory<byte> bytes, byte[]? rented, EngineSession session)
    {
        WriteWatch? watch = null;
        var rest = bytes;
        try
        {
            while (rest.Length > 0)
            {
                var step = FirstStep(rest);
                var write = _stream.WriteAsync(step);
                if (!write.IsCompleted) watch ??= new WriteWatch(session, _link);
                await write;
                watch?.Progress();
                rest = rest[step.Length..];
            }
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            // The end of a connection like any other.
        }
        finally
        {
            if (rest.Length > 0) _link.End();
            watch?.End();
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static ReadOnlyMemory<byte> FirstStep(ReadOnlyMemory<byte> bytes) => bytes[..Math.Min(bytes.Length, StepBytes)];

    private async Task FinishStreamed(Task write, EngineSession session, bool closes)
    {
        try
        {
            await write;
        }
        finally
        {
            Finished(session, closes);
        }
    }

    /// <summary>A session that is not resumed would never write again.</summary>
    private void Finished(EngineSession session, bool closes)
    {
        if (closes) MarkCloseWritten();
        session.Queue.Resume();
    }

    private void Follow(Frame frame)
    {
        Interlocked.CompareExchange(ref _mode, Streamed, Undecided);
        _alone = WriteWhole(_alone, frame);
    }

    private async Task WriteWhole(Task before, Frame frame)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        try
        {
            if (_mode == Direct) await _socket!.SendAsync(frame.Wire, SocketFlags.None);
            else await _stream.WriteAsync(frame.Wire);
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            _link.End();
        }
        finally
        {
            if (frame.Opcode == Opcode.Close) MarkCloseWritten();
        }
    }

    /// <summary>Completed when the close frame is out.</summary>
    internal Task CloseIsWritten() => CloseWritten().Task;

    /// <summary>Nobody waits for the close frame any more.</summary>
    internal void GiveUp() => CloseWritten().TrySetResult();

    /// <summary>Tells the client that nothing follows, where that can be told without an end of the reading.</summary>
    internal void EndDirectWrites()
    {
        if (_mode == Direct && !_link.HasEnded) _socket!.Shutdown(SocketShutdown.Send);
    }

    private void MarkCloseWritten()
    {
        _closeSent = true;
        CloseWritten().TrySetResult();
    }

    private TaskCompletionSource CloseWritten()
    {
        if (_closing is { } closing) return closing;

        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.CompareExchange(ref _closing, created, null) ?? created;
    }
}

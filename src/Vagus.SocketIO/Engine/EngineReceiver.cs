namespace Vagus.SocketIO.Engine;

/// <summary>What lives on top of an Engine.IO session. Calls come one at a time, except <see cref="Closed"/>.</summary>
internal abstract class EngineReceiver
{
    internal abstract ValueTask Opened();

    /// <summary>The memory is valid until the task completes. The session reads no further before that.</summary>
    internal abstract ValueTask Text(ReadOnlyMemory<byte> message);

    internal abstract ValueTask Binary(ReadOnlyMemory<byte> message);

    /// <summary>Called once, by whichever thread closes the session.</summary>
    internal abstract void Closed(DisconnectReason reason);
}

/// <summary>A bare Engine.IO program on top of a session.</summary>
internal sealed class EngineApplicationReceiver(EngineSession session, EngineApplication application) : EngineReceiver
{
    private readonly EngineConnection _connection = new(session);

    internal override ValueTask Opened() => application.OnOpen?.Invoke(_connection) ?? ValueTask.CompletedTask;

    internal override ValueTask Text(ReadOnlyMemory<byte> message) =>
        application.OnText?.Invoke(_connection, message) ?? ValueTask.CompletedTask;

    internal override ValueTask Binary(ReadOnlyMemory<byte> message) =>
        application.OnBinary?.Invoke(_connection, message) ?? ValueTask.CompletedTask;

    internal override void Closed(DisconnectReason reason) => application.OnClose?.Invoke(_connection, reason);
}

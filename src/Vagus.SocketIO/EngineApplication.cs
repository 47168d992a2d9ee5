using Vagus.SocketIO.Delivery;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO;

/// <summary>What a program that speaks bare Engine.IO does with its connections.</summary>
public sealed class EngineApplication
{
    public Func<EngineConnection, ValueTask>? OnOpen { get; init; }

    /// <summary>A text message, as UTF-8; the memory is valid until the returned task completes.</summary>
    public Func<EngineConnection, ReadOnlyMemory<byte>, ValueTask>? OnText { get; init; }

    /// <summary>A binary message; the memory is valid until the returned task completes.</summary>
    public Func<EngineConnection, ReadOnlyMemory<byte>, ValueTask>? OnBinary { get; init; }

    public Action<EngineConnection, DisconnectReason>? OnClose { get; init; }
}

/// <summary>One Engine.IO connection, whatever transport it is on at the moment.</summary>
public sealed class EngineConnection
{
    private readonly EngineSession _session;

    internal EngineConnection(EngineSession session) => _session = session;

    public void SendText(ReadOnlySpan<byte> utf8) => _session.Send(Frame.Message(utf8));

    public void SendBinary(ReadOnlySpan<byte> bytes) => _session.Send(Frame.BinaryMessage(bytes));

    public void Close(ushort code = CloseCode.Normal) => _session.Close(DisconnectReason.ServerClosed, code);
}

namespace Vagus.SocketIO;

/// <summary>Why a middleware keeps a socket out; the client gets it as <c>connect_error</c>, with <c>data</c>.</summary>
public sealed record ConnectRefusal(string Message, object? Data = null);

namespace Vagus.SocketIO;

/// <summary>An event handler in its most general form.</summary>
public delegate ValueTask OnEvent(ClientSocket socket, EventArguments arguments, CancellationToken cancel);

namespace Vagus.SocketIO;

/// <summary>Lets a socket in (null) or keeps it out. It runs for every CONNECT, also for one that recovers a session.</summary>
public delegate ValueTask<ConnectRefusal?> OnConnecting(ClientSocket socket, CancellationToken cancel);

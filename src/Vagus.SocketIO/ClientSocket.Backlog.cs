namespace Vagus.SocketIO;

public sealed partial class ClientSocket
{
    /// <summary>Packets that wait to be written to this socket's connection: a reason for a sender that is in no hurry to wait.</summary>
    public int Backlog => _client.Session.Backlog;
}

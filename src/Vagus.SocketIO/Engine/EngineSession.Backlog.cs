namespace Vagus.SocketIO;

internal sealed partial class EngineSession
{
    internal int Backlog
    {
        get
        {
            lock (Gate) return _queue.Count;
        }
    }
}

using System.Diagnostics.Metrics;

namespace Vagus.SocketIO;

/// <summary>Counts under the meter <c>Vagus.SocketIO</c>. Labels are few and fixed: no room, user or event name.</summary>
public sealed class SocketIOMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _opened;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _upgraded;
    private readonly Counter<long> _sent;
    private readonly Counter<long> _received;
    private readonly Counter<long> _slow;
    private readonly Counter<long> _recoveries;

    public SocketIOMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Vagus.SocketIO");
        _opened = _meter.CreateCounter<long>("socketio.connections.opened", "{connection}");
        _closed = _meter.CreateCounter<long>("socketio.connections.closed", "{connection}", "By reason");
        _refused = _meter.CreateCounter<long>("socketio.requests.refused", "{request}", "By protocol error code");
        _upgraded = _meter.CreateCounter<long>("socketio.connections.upgraded", "{connection}");
        _sent = _meter.CreateCounter<long>("socketio.packets.sent", "{packet}");
        _received = _meter.CreateCounter<long>("socketio.events.received", "{event}");
        _slow = _meter.CreateCounter<long>("socketio.slow_readers", "{connection}", "Connections cut because they read too slowly");
        _recoveries = _meter.CreateCounter<long>("socketio.recoveries", "{session}", "By outcome");
    }

    public void Dispose() => _meter.Dispose();

    internal void ObserveConnections(Func<int> count) =>
        _meter.CreateObservableUpDownCounter("socketio.connections", count, "{connection}");

    internal void Opened() => _opened.Add(1);

    internal void Closed(DisconnectReason reason)
    {
        if (_closed.Enabled) _closed.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
    }

    internal void Refused(int code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    internal void Upgraded() => _upgraded.Add(1);

    internal void Wrote(int packets) => _sent.Add(packets);

    internal void Received() => _received.Add(1);

    internal void SlowReader() => _slow.Add(1);

    internal void Recovered(bool complete) =>
        _recoveries.Add(1, new KeyValuePair<string, object?>("outcome", complete ? "recovered" : "incomplete"));
}

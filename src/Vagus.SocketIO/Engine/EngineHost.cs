using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// What all endpoints share: the clock, the wheel, the lanes, the count of connections, and whether the server is draining.
/// </summary>
internal sealed class EngineHost : IDisposable
{
    private readonly ConcurrentBag<EngineTable> _tables = [];
    private readonly HandshakeRate _rate;
    private int _connections;
    private volatile bool _draining;

    public EngineHost(IOptions<SocketIOOptions> options, TimeProvider clock, SocketIOMetrics metrics, ILogger<EngineHost> logger)
    {
        Options = options.Value.Engine;
        DrainOptions = options.Value.Drain;
        Clock = clock;
        Metrics = metrics;
        Logger = logger;
        Wheel = new TimingWheel(clock);
        Lanes = new DrainLanes(Math.Max(1, Environment.ProcessorCount));
        _rate = new HandshakeRate(Options.MaxHandshakesPerSecond);
        metrics.ObserveConnections(() => ConnectionCount);
    }

    internal EngineOptions Options { get; }

    internal DrainOptions DrainOptions { get; }

    internal TimeProvider Clock { get; }

    internal SocketIOMetrics Metrics { get; }

    internal ILogger Logger { get; }

    internal TimingWheel Wheel { get; }

    internal DrainLanes Lanes { get; }

    internal int ConnectionCount => Volatile.Read(ref _connections);

    /// <summary>
    /// Set before the sessions are looked over: a session that came in beside that asks here once it is among them.
    /// </summary>
    internal bool Draining => _draining;

    internal IEnumerable<EngineSession> Sessions => _tables.SelectMany(table => table.Sessions);

    public void Dispose() => Wheel.Dispose();

    internal EngineTable NewTable(string path, Func<EngineSession, EngineReceiver> accept)
    {
        var table = new EngineTable(this, path, accept);
        _tables.Add(table);
        return table;
    }

    /// <summary>Whether one more connection may be opened now.</summary>
    internal bool Admit()
    {
        if (_draining || !_rate.Take(Wheel.Now)) return false;
        if (Interlocked.Increment(ref _connections) <= Options.MaxConnections) return true;

        Interlocked.Decrement(ref _connections);
        return false;
    }

    internal void Release() => Interlocked.Decrement(ref _connections);

    internal async Task Drain(CancellationToken cancel)
    {
        _draining = true;
        var end = Wheel.Now + (long)DrainOptions.Limit.TotalMilliseconds;
        foreach (var batch in Sessions.Chunk(Math.Max(1, DrainOptions.BatchSize)))
        {
            foreach (var session in batch) session.Close(DisconnectReason.Draining, CloseCode.ServiceRestart, CloseText.Restart);
            if (ConnectionCount == 0 || Wheel.Now >= end || cancel.IsCancellationRequested) continue;

            await Task.Delay(DrainOptions.BatchInterval, Clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>A bucket that refills by the second, for handshakes of all clients together.</summary>
internal sealed class HandshakeRate(int perSecond)
{
    private readonly Lock _gate = new();
    private double _left = perSecond;
    private long _at;

    internal bool Take(long now)
    {
        if (perSecond <= 0) return true;

        lock (_gate)
        {
            _left = Math.Min(perSecond, _left + ((now - _at) * perSecond / 1000.0));
            _at = now;
            if (_left < 1) return false;

            _left--;
            return true;
        }
    }
}

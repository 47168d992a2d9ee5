using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// Sessions with something to write, one chain per core. One work item empties a whole chain, so that a broadcast costs a few
/// thread-pool hops and not one per client, and what is queued meanwhile joins the same writes.
/// </summary>
internal sealed class DrainLanes
{
    private readonly Lane[] _lanes;
    private int _next;

    internal DrainLanes(int count)
    {
        _lanes = new Lane[count];
        for (var i = 0; i < count; i++) _lanes[i] = new Lane();
    }

    internal byte Assign() => (byte)((uint)Interlocked.Increment(ref _next) % (uint)_lanes.Length);

    /// <summary>Called once per session until its turn comes: the session's gate sees to that.</summary>
    internal void Schedule(EngineSession session) => _lanes[session.Lane].Add(session);

    private sealed class Lane : IThreadPoolWorkItem
    {
        private readonly Lock _gate = new();
        private EngineSession? _first;
        private EngineSession? _last;
        private bool _scheduled;

        internal void Add(EngineSession session)
        {
            lock (_gate)
            {
                session.NextInLane = null;
                if (_last is null) _first = session;
                else _last.NextInLane = session;
                _last = session;
                if (_scheduled) return;

                _scheduled = true;
            }
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            var buffer = DrainBuffer.ForThisThread();
            while (TakeChain() is { } session)
            {
                for (EngineSession? next; session is not null; session = next)
                {
                    next = session.NextInLane;
                    session.NextInLane = null;
                    session.Drain(buffer);
                }
            }
        }

        private EngineSession? TakeChain()
        {
            lock (_gate)
            {
                var chain = _first;
                _first = _last = null;
                _scheduled = chain is not null;
                return chain;
            }
        }
    }
}

/// <summary>Where a lane joins the frames of one write.</summary>
internal sealed class DrainBuffer
{
    [ThreadStatic]
    private static DrainBuffer? s_own;

    internal List<Frame> Frames { get; } = new(256);

    internal byte[] Bytes { get; private set; } = [];

    internal static DrainBuffer ForThisThread() => s_own ??= new DrainBuffer();

    /// <summary>One write's bytes: the frame itself when it is alone, a copy of all when there are several.</summary>
    internal ReadOnlyMemory<byte> Join()
    {
        if (Frames.Count == 1) return Frames[0].Wire;

        var length = 0;
        foreach (var frame in Frames) length += frame.Wire.Length;
        if (Bytes.Length < length) Bytes = GC.AllocateUninitializedArray<byte>(Math.Max(length, 64 * 1024));
        var at = 0;
        foreach (var frame in Frames)
        {
            frame.Wire.CopyTo(Bytes, at);
            at += frame.Wire.Length;
        }
        return Bytes.AsMemory(0, length);
    }
}

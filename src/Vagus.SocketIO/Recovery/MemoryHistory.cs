using System.Globalization;
using System.Runtime.InteropServices;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO.Recovery;

/// <summary>
/// The last events of each namespace, bounded in count and bytes. It does not outlive the process, and its offsets say so.
/// </summary>
internal sealed class MemoryHistory(RecoveryOptions limits) : IEventHistory
{
    // Offsets of another process must not be taken for ours.
    private readonly string _epoch = SocketIds.New()[..8];
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Stream> _streams = new(StringComparer.Ordinal);

    public ValueTask<EventOffset> Head(ClientSocket socket, CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult(Offset(StreamOf(socket.Namespace.Name).Last));
    }

    public ValueTask<Replay?> Since(ClientSocket socket, string offset, int limit, CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult(Read(socket, StreamOf(socket.Namespace.Name), offset, limit));
    }

    public EncodedEvent Append(EncodedEvent occurrence, EventAudience audience)
    {
        lock (_gate)
        {
            var stream = StreamOf(occurrence.Namespace);
            var kept = occurrence.At(Offset(++stream.Last));
            stream.Add(kept, audience);
            while (stream.Count > limits.MaxEvents || stream.Bytes > limits.MaxBytes) stream.DropOldest();
            return kept;
        }
    }

    private Replay? Read(ClientSocket socket, Stream stream, string offset, int limit)
    {
        if (PositionOf(offset) is not { } after || after > stream.Last || stream.Last - after > stream.Count) return null;

        var missed = new List<EncodedEvent>();
        foreach (var (occurrence, audience) in stream.Newest((int)(stream.Last - after)))
        {
            if (!Concerns(audience, socket)) continue;
            if (missed.Count == limit) return null;

            missed.Add(occurrence);
        }
        return new Replay(after, missed);
    }

    private static bool Concerns(EventAudience audience, ClientSocket socket) =>
        (audience.Rooms.Count == 0 || audience.Rooms.Any(room => IsIn(socket, room)))
        && !audience.Except.Any(room => IsIn(socket, room));

    private static bool IsIn(ClientSocket socket, string room) => room == socket.Id || socket.IsIn(room);

    private EventOffset Offset(long position) => new(position, string.Create(CultureInfo.InvariantCulture, $"{_epoch}-{position}"));

    private long? PositionOf(string offset) =>
        offset.StartsWith(_epoch + "-", StringComparison.Ordinal)
        && long.TryParse(offset.AsSpan(_epoch.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            ? position
            : null;

    private Stream StreamOf(string name)
    {
        if (!_streams.TryGetValue(name, out var stream)) _streams[name] = stream = new Stream();
        return stream;
    }

    private sealed class Stream
    {
        private readonly List<(EncodedEvent Event, EventAudience Audience)> _events = [];
        private int _first;

        internal int Count => _events.Count - _first;

        internal long Last { get; set; }

        internal long Bytes { get; private set; }

        internal ReadOnlySpan<(EncodedEvent Event, EventAudience Audience)> Newest(int count) =>
            CollectionsMarshal.AsSpan(_events)[(_events.Count - count)..];

        internal void Add(EncodedEvent occurrence, EventAudience audience)
        {
            _events.Add((occurrence, audience));
            Bytes += occurrence.Size;
        }

        internal void DropOldest()
        {
            Bytes -= _events[_first].Event.Size;
            _events[_first++] = default;
            if (_first < 1_024 || _first < _events.Count / 2) return;

            _events.RemoveRange(0, _first);
            _first = 0;
        }
    }
}

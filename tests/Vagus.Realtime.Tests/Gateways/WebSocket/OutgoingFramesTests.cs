using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Realtime.Gateways.WebSocket;
using Socket = System.Net.WebSockets.WebSocket;

namespace Vagus.Realtime.Tests.Gateways.WebSocket;

public sealed class OutgoingFramesTests
{
    [Fact]
    public void One_frame_may_go_beyond_the_queue_and_the_next_is_refused()
    {
        using var socket = Socket.CreateFromStream(new StuckStream(), new WebSocketCreationOptions { IsServer = true });
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new RealtimeMetrics(services.GetRequiredService<IMeterFactory>());
        var frames = new OutgoingFrames(socket, new RealtimeOptions { MaxQueuedBytes = 100 }, metrics, TimeProvider.System);

        Assert.True(frames.Send(new byte[10]));
        Assert.True(frames.Send(new byte[10]));
        Assert.True(frames.Send(new byte[1_000]));
        Assert.False(frames.Send(new byte[10]));
    }

    /// <summary>The way to a client that takes nothing.</summary>
    private sealed class StuckStream : Stream
    {
        private readonly TaskCompletionSource never = new();

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(never.Task);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}

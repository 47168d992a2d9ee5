using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vagus.SocketIO.Delivery;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO.Tests;

public sealed class WebSocketWriterTests
{
    [Fact]
    public async Task Frames_beside_a_session_go_out_one_after_the_other_and_none_behind_the_close()
    {
        var stream = new HeldStream();
        var writer = new WebSocketLink(new DefaultHttpContext(), stream, socket: null, new EngineOptions()).Output;

        writer.WriteAlone(Frame.ProbeAnswer);
        Assert.True(writer.WriteClose(Frame.CloseWithoutCode()));
        Assert.False(writer.WriteClose(Frame.CloseWithoutCode()));
        writer.WriteAlone(Frame.Ping);

        Assert.Contains("3probe", Assert.Single(stream.Writes).Text, StringComparison.Ordinal);
        Assert.False(writer.CloseIsWritten().IsCompleted);
        stream.Writes.First().End.SetResult();
        await PollingTests.Until(() => stream.Writes.Count == 2);
        stream.Writes.Last().End.SetResult();
        await writer.CloseIsWritten().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(2, stream.Writes.Count);
    }

    [Fact]
    public async Task A_write_that_fails_as_nobody_expects_ends_its_connection_and_resumes_its_session()
    {
        await using var live = await LiveServer.Start();
        var context = new DefaultHttpContext();
        var table = live.Host.NewTable("/", _ => throw new InvalidOperationException("Nothing connects here."));
        var session = new EngineSession(table, "sid", EngineHandshake.OfWebSocket(context, default));
        var stream = new HeldStream();
        var link = new WebSocketLink(context, stream, socket: null, new EngineOptions());
        var buffer = new DrainBuffer();
        buffer.Frames.Add(Frame.Ping);

        Assert.False(link.Output.Write(buffer, session, closes: true));
        Assert.True(session.Queue.IsStalled);
        Assert.Single(stream.Writes).End.SetException(new InvalidOperationException("On purpose."));

        await PollingTests.Until(() => !session.Queue.IsStalled);
        await link.Output.CloseIsWritten().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(link.HasEnded);
    }

    /// <summary>Keeps each write until the test ends it.</summary>
    private sealed class HeldStream : Stream
    {
        public ConcurrentQueue<(string Text, TaskCompletionSource End)> Writes { get; } = [];

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Writes.Enqueue((Encoding.Latin1.GetString(buffer.Span), end));
            return new ValueTask(end.Task);
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Tests;

public sealed class FrameQueueTests
{
    [Fact]
    public void Frames_leave_in_the_order_they_came_however_the_ring_turns()
    {
        var queue = new FrameQueue();
        var random = new Random(7);
        var expected = new Queue<Frame>();
        for (var i = 0; i < 10_000; i++)
        {
            if (expected.Count > 0 && random.Next(5) < 2)
            {
                Assert.Same(expected.Dequeue(), queue.Take());
                continue;
            }
            var frame = Frame.Message(new byte[random.Next(8)]);
            queue.Add(frame);
            expected.Enqueue(frame);
        }

        Assert.Equal(expected.Count, queue.Count);
        Assert.Equal(expected.Sum(frame => frame.Wire.Length), queue.Bytes);
    }

    [Fact]
    public void The_limits_hold_in_count_and_in_bytes()
    {
        var limits = new EngineOptions { MaxQueuedPackets = 3, MaxQueuedBytes = 100 };
        var queue = new FrameQueue();

        Assert.True(queue.Fits(3, limits));
        queue.Add(Frame.Message(new byte[50]));

        // One packet may go beyond the limit in bytes: a limit below the largest message must not make sending it impossible.
        Assert.True(queue.Fits(2, limits));
        Assert.False(queue.Fits(3, limits));
        queue.Add(Frame.Message(new byte[1_000]));
        Assert.False(queue.Fits(1, limits));
    }
}

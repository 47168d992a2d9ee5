using System.Net;

namespace Vagus.Identity.Tests.Files;

/// <summary>
/// A body that comes to its beginning and goes on when the test says so. Its beginning is sent once the server has asked for the body
/// (100 Continue): from then on the upload is under way.
/// </summary>
internal sealed class HeldContent(byte[] beginning, byte[] rest) : HttpContent
{
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource goingOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Begun => begun.Task;

    public void GoOn() => goingOn.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(beginning);
        await stream.FlushAsync();
        begun.TrySetResult();
        await goingOn.Task;
        await stream.WriteAsync(rest);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

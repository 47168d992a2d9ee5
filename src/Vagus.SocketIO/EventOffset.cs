namespace Vagus.SocketIO;

/// <summary>
/// Where an event stands in the stream that a socket follows. <see cref="Text"/> travels to the client and back;
/// <see cref="Position"/> orders, and a socket ignores what is not beyond the last one it was sent.
/// </summary>
public sealed record EventOffset(long Position, string Text);

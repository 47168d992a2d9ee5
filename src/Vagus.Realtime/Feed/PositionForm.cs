using System.Globalization;
using System.Text;
using Vagus.SocketIO;

namespace Vagus.Realtime.Feed;

/// <summary>
/// <c>position { sequence, live }</c>: everything up to here that the session may see and asked for was sent; <c>live</c> is false while
/// more of the past is on its way. Sessions that stand at the same place share it.
/// </summary>
internal sealed class PositionForm(long sequence, bool isLive)
{
    public const string Name = "position";
    private EncodedEvent? plain;
    private EncodedEvent? unasked;
    private EncodedEvent? chosen;
    private byte[]? raw;

    public long Sequence => sequence;

    public bool IsLive => isLive;

    /// <summary>For a socket that knows its place already.</summary>
    public EncodedEvent Plain(SocketNamespace target) => plain ??= target.Encode(Name, Payload());

    /// <summary>For a socket that is to come back to this place.</summary>
    public EncodedEvent At(SocketOffset offset, SocketNamespace target)
    {
        if (offset.Position != sequence) return target.Encode(Name, Payload(), offset.OfPosition());
        return offset.IsChosen
            ? chosen ??= target.Encode(Name, Payload(), offset.OfPosition())
            : unasked ??= target.Encode(Name, Payload(), offset.OfPosition());
    }

    public byte[] Raw(DateTimeOffset now) => raw ??= RawEventFrames.Write(Name, now, 128, json =>
    {
        json.WriteNumber("sequence"u8, sequence);
        json.WriteBoolean("live"u8, isLive);
    });

    private byte[] Payload() => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{{\"sequence\":{sequence},\"live\":{(isLive ? "true" : "false")}}}"));
}

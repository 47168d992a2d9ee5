using System.Globalization;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// The place in the log that a Socket.IO client keeps and shows when it comes back. <c>123</c> comes from a socket that gets everything
/// unasked, <c>123s</c> from one that has subscribed: a node that does not know the subscriptions must not recover that one, or it would
/// get too much.
/// </summary>
internal readonly record struct SocketOffset(long Position, bool IsChosen)
{
    private const char Chosen = 's';

    // The order at one position: the event, the position as told without the mark, the position as told with it.
    private const int PlacesPerPosition = 3;

    /// <summary>The order of a socket's stream; the library ignores what is not beyond the last place that the socket was sent.</summary>
    public static long PlaceOfEvent(long position) => position * PlacesPerPosition;

    public static long PlaceOfPosition(long position, bool isChosen) => PlaceOfEvent(position) + (isChosen ? 2 : 1);

    public static SocketOffset? Parse(string text)
    {
        var isChosen = text.EndsWith(Chosen);
        return long.TryParse(
            isChosen ? text.AsSpan(0, text.Length - 1) : text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && position <= long.MaxValue / PlacesPerPosition - 1
            ? new SocketOffset(position, isChosen)
            : null;
    }

    public EventOffset OfEvent() => new(PlaceOfEvent(Position), ToString());

    public EventOffset OfPosition() => new(PlaceOfPosition(Position, IsChosen), ToString());

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Position}{(IsChosen ? "s" : "")}");
}

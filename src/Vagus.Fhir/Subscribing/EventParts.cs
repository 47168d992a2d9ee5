namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The events of a notification, read part by part: it is made in memory, and ends with the event by which it has so many bytes. No part is
/// read behind that.
/// </summary>
internal static class EventParts
{
    public const int PartSize = 25;
    public const long MostBytes = 4 * 1024 * 1024;

    /// <param name="first">The first number.</param>
    /// <param name="most">How many events at most.</param>
    /// <param name="read">Reads so many from a number on; fewer where there are no more.</param>
    public static async ValueTask<List<NotifiedEvent>> Fill(
        long first, int most, Func<long, int, ValueTask<List<NotifiedEvent>>> read)
    {
        var told = new List<NotifiedEvent>();
        var bytes = 0L;
        while (told.Count < most)
        {
            var size = Math.Min(PartSize, most - told.Count);
            var part = await read(first, size);
            foreach (var each in part)
            {
                bytes += each.Bytes;
                if (bytes > MostBytes && told.Count > 0) return told;
                told.Add(each);
            }

            if (part.Count < size) return told;
            first = part[^1].Number + 1;
        }

        return told;
    }
}

using System.Globalization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;

namespace Vagus.Messaging.Staff;

/// <summary>
/// Where a page of a thread ends: before a message, and where a page was full of notes, also before one of those behind the message before
/// it. Clients give it back as they got it.
/// </summary>
/// <param name="Message">The sequence of the message.</param>
/// <param name="Note">The number of the note.</param>
internal sealed record ThreadPlace(long Message, long Note)
{
    private static readonly ThreadPlace End = new(long.MaxValue, long.MaxValue);

    public static Result<ThreadPlace> Read(string? before)
    {
        if (before is null) return End;
        var parts = before.Split('-');
        if (parts.Length > 2 || !Number(parts[0], out var message)) return MessagePage.WrongCursor;
        if (parts.Length == 1) return new ThreadPlace(message, long.MaxValue);
        return Number(parts[1], out var note) ? new ThreadPlace(message, note) : MessagePage.WrongCursor;
    }

    public override string ToString() => Note == long.MaxValue
        ? Message.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Message}-{Note}");

    private static bool Number(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

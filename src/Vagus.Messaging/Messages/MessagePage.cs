using System.Globalization;
using Vagus.Kernel;

namespace Vagus.Messaging.Messages;

/// <summary>Messages, oldest first. <paramref name="Before"/> leads to those before them; null where there are none.</summary>
internal sealed record MessagePage(IReadOnlyList<MessageRow> Rows, long? Before)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    public static readonly Refusal WrongCursor = FieldRefusals.Wrong("before", "the nextCursor of a page");

    /// <summary>What clients give as <c>before</c> for the next page.</summary>
    public string? NextCursor => Before?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Which page is asked for: messages before a sequence, and how many.</summary>
    public static Result<(long Before, int Limit)> Read(string? before, int? limit)
    {
        var place = long.MaxValue;
        return before is null || long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out place)
            ? (place, LimitOf(limit)) : WrongCursor;
    }

    /// <summary>How many a page of messages or threads has.</summary>
    public static int LimitOf(int? asked) => Math.Clamp(asked ?? DefaultLimit, 1, MaxLimit);
}

using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>
/// A record that an event holds something of: <c>Patient/1</c>. What is marked is in the event's body and not in its open body.
/// </summary>
public sealed record EventDraw(string Type, string Id)
{
    // No type begins with one of them.
    private static readonly char[] Marks = [.. "!~0123456789"];

    /// <summary>The labels that it carried.</summary>
    public Sensitivity Labels { get; init; }

    /// <summary>Not all patients of the event may read it: it is another patient's, or not released.</summary>
    public bool NotForPatients { get; init; }

    /// <summary>
    /// References with blanks between them; <c>!</c> and the number of the set marks the labelled ones, <c>~</c> those that are not for the
    /// patients. <c>!</c> without a number, from before there were categories, is every category.
    /// </summary>
    internal static string? Write(IReadOnlyList<EventDraw> draws) =>
        draws.Count == 0 ? null : string.Join(' ', draws.Select(WriteOne));

    internal static EventDraw[] Parse(string? draws) =>
        draws is null ? [] : [.. draws.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseOne)];

    private static string WriteOne(EventDraw draw) =>
        $"{LabelText.Write('!', draw.Labels)}{(draw.NotForPatients ? "~" : "")}{draw.Type}/{draw.Id}";

    private static EventDraw ParseOne(string draw)
    {
        var name = draw.TrimStart(Marks);
        var marks = draw.AsSpan(0, draw.Length - name.Length);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return new EventDraw(name[..Math.Max(slash, 0)], name[(slash + 1)..])
        {
            Labels = LabelText.Read('!', marks),
            NotForPatients = marks.Contains('~'),
        };
    }
}

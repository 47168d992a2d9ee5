namespace Vagus.Storage.Log;

/// <summary>
/// A record that an event holds something of: <c>Patient/1</c>. What is marked is in the event's body and not in its open body.
/// </summary>
public sealed record EventDraw(string Type, string Id)
{
    /// <summary>It carried a label that only callers with the permission may see.</summary>
    public bool Labelled { get; init; }

    /// <summary>Not all patients of the event may read it: it is another patient's, or not released.</summary>
    public bool NotForPatients { get; init; }

    public bool IsMarked => Labelled || NotForPatients;

    /// <summary>
    /// References with blanks between them; <c>!</c> marks the labelled ones, <c>~</c> those that are not for the patients.
    /// </summary>
    internal static string? Write(IReadOnlyList<EventDraw> draws) => draws.Count == 0
        ? null
        : string.Join(' ', draws.Select(draw => $"{(draw.Labelled ? "!" : "")}{(draw.NotForPatients ? "~" : "")}{draw.Type}/{draw.Id}"));

    internal static EventDraw[] Parse(string? draws) =>
        draws is null ? [] : [.. draws.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(ParseOne)];

    private static EventDraw ParseOne(string draw)
    {
        var name = draw.TrimStart('!', '~');
        var marks = draw.AsSpan(0, draw.Length - name.Length);
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return new EventDraw(name[..Math.Max(slash, 0)], name[(slash + 1)..])
        {
            Labelled = marks.Contains('!'),
            NotForPatients = marks.Contains('~'),
        };
    }
}

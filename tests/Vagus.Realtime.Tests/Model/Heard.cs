namespace Vagus.Realtime.Tests.Model;

/// <summary>One line of what a client of the model did and heard, in the order of its connection.</summary>
internal abstract record Heard
{
    /// <summary>On the clock of the surroundings.</summary>
    public TimeSpan At { get; set; }

    /// <summary>How much this line had brought by then.</summary>
    public long Bytes { get; set; }

    /// <summary>A line begins: who it is for, since when the server can have written to it, and whether the past was asked for.</summary>
    public sealed record Line(Rights Rights, TimeSpan OpenedAt, bool AsksForPast) : Heard;

    /// <summary>The sign-in that the line lives by was ended at that time.</summary>
    public sealed record RightsEnded(TimeSpan Since) : Heard;

    /// <summary>Connected as a new session.</summary>
    /// <param name="Unasked">Everything comes until the first subscription.</param>
    /// <param name="MayFollow">Nothing at or before this position comes.</param>
    /// <param name="MustFollow">Everything wanted after this position has to come.</param>
    /// <param name="Owed">On <c>/ws</c>: the position from which it is owed the past; null without one.</param>
    /// <param name="AsksForPast">Whether it began at a position that it named.</param>
    public sealed record Began(bool Unasked, long MayFollow, long MustFollow, long? Owed, bool AsksForPast) : Heard;

    /// <summary>The same session goes on; what lies after the position may come a second time.</summary>
    public sealed record Resumed(long After) : Heard;

    /// <summary>The same session goes on exactly where it was, behind the offset that was shown.</summary>
    public sealed record Recovered(long After) : Heard;

    /// <summary>A subscription was asked for; nothing says yet that the server knows.</summary>
    public sealed record Asked(Stretch Stretch) : Heard;

    /// <summary>A subscription was answered: it is live behind this place.</summary>
    public sealed record Subscribed(Stretch Stretch, long Sequence) : Heard;

    public sealed record Unsubscribing(string Id) : Heard;

    public sealed record Unsubscribed(string Id) : Heard;

    /// <param name="Sequence">Its position.</param>
    /// <param name="Name">Its type or socket name.</param>
    /// <param name="Mark">By which its form is told: id and version of the content, or the status.</param>
    public sealed record Event(long Sequence, string Name, string? Mark) : Heard;

    public sealed record Position(long Sequence) : Heard;

    public sealed record Gap(long From, long To) : Heard;

    /// <summary>So much time went by that what is owed to the connection may have been told as a gap.</summary>
    public sealed record OwedRanOut : Heard;

    /// <summary>The client did something that lets the server close the line with this code; 0 is without a word.</summary>
    public sealed record MayClose(int Code) : Heard;

    public sealed record Closed(int? Code) : Heard;
}

/// <summary>A subscription in the transcript.</summary>
internal sealed class Stretch(string id, Wish wish, long? since)
{
    /// <summary>Known when the server gives it.</summary>
    public string Id { get; set; } = id;

    public Wish Wish => wish;

    /// <summary>The position that it was asked to begin from; null for now.</summary>
    public long? Since => since;

    /// <summary>Nothing at or before this position comes.</summary>
    public long MayFollow { get; set; }

    /// <summary>Everything wanted after this position has to come.</summary>
    public long MustFollow { get; set; }

    /// <summary>When it was asked for, or when the line came that it was taken up on: it is judged by what holds from then on.</summary>
    public TimeSpan AskedAt { get; set; }

    /// <summary>Everything up to here was found to have come.</summary>
    public long Checked { get; set; }

    /// <summary>Where the answer said that it is live.</summary>
    public long LiveFrom { get; set; }

    /// <summary>False while only the client or only the server may know of it: its events may come and need not.</summary>
    public bool IsCertain { get; set; } = true;
}

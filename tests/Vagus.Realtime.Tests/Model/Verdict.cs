namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// Judges one session's transcript against the log, in one pass: every event that is visible and wanted exactly once and in order, or
/// inside a told gap, and no position ahead of what was sent.
/// </summary>
internal sealed class Verdict(ModelLog log, bool seesLabelled, int maxReplay)
{
    private readonly List<Stretch> open = [];
    private readonly List<Stretch> asked = [];
    private readonly List<Stretch> behind = [];
    private readonly HashSet<long> received = [];
    private readonly HashSet<long> receivedOnEarlierLines = [];
    private readonly HashSet<Stretch> askedOnThisLine = [];
    private readonly List<Heard.Gap> gaps = [];
    private readonly HashSet<int> mayClose = [];
    private long lastEvent;
    private long lastPosition;
    private int replaysLeft;
    private int stepsBackLeft;
    private bool owedMayRunOut;
    private Stretch? unasked;
    private Stretch? owed;

    /// <summary>Null when the transcript is as it has to be.</summary>
    public string? Of(IReadOnlyList<Heard> transcript)
    {
        for (var index = 0; index < transcript.Count; index++)
        {
            if (Judge(transcript[index]) is { } fault) return $"line {index}, {transcript[index]}: {fault}";
        }

        return null;
    }

    private string? Judge(Heard heard) => heard switch
    {
        Heard.Began began => Begin(began),
        Heard.Resumed resumed => Resume(resumed.After),
        Heard.Recovered recovered => Recover(recovered.After),
        Heard.Asked ask => Ask(ask.Stretch),
        Heard.Subscribed done => Subscribe(done.Stretch, done.Sequence),
        Heard.Unsubscribing ending => End(ending.Id, isAnswered: false),
        Heard.Unsubscribed ended => End(ended.Id, isAnswered: true),
        Heard.Event @event => Take(@event),
        Heard.Position told => Check(told.Sequence),
        Heard.Gap gap => Cover(gap),
        Heard.OwedRanOut => RunOut(),
        Heard.MayClose may => Allow(may.Code),
        Heard.Closed closed => mayClose.Contains(closed.Code ?? 0) ? null : "nothing was done that closes a connection",
        _ => null,
    };

    private string? Begin(Heard.Began began)
    {
        if (began.Unasked)
        {
            open.Add(unasked = new Stretch("", Wish.Everything, null) { MayFollow = began.MayFollow, MustFollow = began.MustFollow });
        }

        if (began.Owed is { } since) owed = new Stretch("", new Wish(null, null, ["*"]), since) { MustFollow = since };
        return null;
    }

    private string? Resume(long after)
    {
        received.RemoveWhere(position => position > after);
        (lastEvent, lastPosition, replaysLeft, stepsBackLeft) = (Math.Min(lastEvent, after), after, 0, 1);
        behind.Clear();
        foreach (var stretch in open) stretch.MustFollow = Math.Max(stretch.MustFollow, after);
        return Recover(after);
    }

    /// <summary>A new line with the same subscriptions: one way through the log for all of them.</summary>
    private string? Recover(long after)
    {
        foreach (var stretch in open.Concat(asked)) stretch.MayFollow = Math.Min(stretch.MayFollow, after);
        receivedOnEarlierLines.UnionWith(received);
        askedOnThisLine.Clear();
        return Unsure();
    }

    /// <summary>The line broke: what was asked and not answered may be so or not.</summary>
    private string? Unsure()
    {
        foreach (var stretch in asked)
        {
            stretch.IsCertain = false;
            open.Add(stretch);
        }

        asked.Clear();
        return null;
    }

    private string? Ask(Stretch stretch)
    {
        asked.Add(stretch);
        // The server may have heard of it before the answer is here; what it takes the place of may have ended by then.
        foreach (var replaced in open.Where(each => stretch.Id.Length > 0 && each.Id == stretch.Id)) replaced.IsCertain = false;
        if (unasked is not null) unasked.IsCertain = false;
        owed = null;
        askedOnThisLine.Add(stretch);
        // The place is told back before the answer to a subscription that begins in the past.
        if (stretch.Since is not null)
        {
            replaysLeft++;
            stepsBackLeft++;
        }

        return null;
    }

    private string? Subscribe(Stretch stretch, long sequence)
    {
        asked.Remove(stretch);
        var mustBeComplete = stretch.Since is null && behind.Count == 0;
        if (mustBeComplete && Missing(sequence) is { } missing) return $"{missing} was not sent before the answer";

        open.RemoveAll(each => each == unasked || each.Id == stretch.Id);
        unasked = null;
        stretch.MayFollow = stretch.MustFollow = stretch.Since ?? sequence;
        stretch.LiveFrom = sequence;
        stretch.IsCertain = !asked.Exists(next => next.Id == stretch.Id);
        open.Add(stretch);
        if (stretch.Since < sequence) behind.Add(stretch);
        // The client has stored the place that it was told last; from here on that has to hold for the new subscription too.
        return Missing(lastPosition) is { } ahead ? $"the place that was told last, {lastPosition}, is ahead of {ahead}" : null;
    }

    private string? End(string id, bool isAnswered)
    {
        if (!isAnswered)
        {
            foreach (var ending in open.Where(each => each.Id == id)) ending.IsCertain = false;
            return null;
        }

        open.RemoveAll(each => each.Id == id);
        behind.RemoveAll(each => each.Id == id);
        return null;
    }

    private string? Take(Heard.Event heard)
    {
        if (log.At(heard.Sequence) is not { } fact) return "no such event was written";
        if (heard.Name != fact.Type && heard.Name != fact.SocketName) return $"it is {fact.Type}";
        if (!fact.IsVisible(seesLabelled)) return "the caller may not see it";
        if (!open.Exists(each => fact.Position > each.MayFollow && each.Wish.Wants(fact))) return "nobody asked for it";
        if (!received.Add(fact.Position) && !MayRepeat(fact)) return "it came before";
        if (fact.Position < lastEvent && --replaysLeft < 0) return $"it came after {lastEvent}";

        lastEvent = fact.Position;
        return null;
    }

    /// <summary>What an earlier line brought comes once more where a subscription of this one asks for the past.</summary>
    private bool MayRepeat(Fact fact) =>
        askedOnThisLine.Any(each => each.Since < fact.Position && each.Wish.Wants(fact)) && receivedOnEarlierLines.Remove(fact.Position);

    private string? Check(long told)
    {
        if (told > log.Head) return $"the log ends at {log.Head}";
        if (told < lastPosition && --stepsBackLeft < 0) return $"it was {lastPosition} before";

        lastPosition = told;
        behind.RemoveAll(each => each.LiveFrom <= told);
        return Missing(told) is { } missing ? $"{missing} was not sent" : null;
    }

    private string? Cover(Heard.Gap gap)
    {
        if (gap.From > gap.To || gap.To > log.Head) return $"no gap can be so; the log ends at {log.Head}";
        if (gap.From >= log.Oldest && log.Head - gap.From + 1 <= maxReplay && !owedMayRunOut) return "nothing was lost";

        gaps.Add(gap);
        owed = null;
        return null;
    }

    private string? RunOut()
    {
        owedMayRunOut = true;
        return null;
    }

    private string? Allow(int code)
    {
        mayClose.Add(code);
        return null;
    }

    /// <summary>The first event up to a place that had to come and did not.</summary>
    private long? Missing(long upTo)
    {
        foreach (var stretch in owed is null ? open : [.. open, owed])
        {
            for (var position = stretch.MustFollow + 1; stretch.IsCertain && position <= upTo; position++)
            {
                if (received.Contains(position) || gaps.Exists(gap => gap.From <= position && position <= gap.To)) continue;
                if (log.At(position) is { } fact && fact.IsVisible(seesLabelled) && stretch.Wish.Wants(fact)) return position;
            }
        }

        return null;
    }
}

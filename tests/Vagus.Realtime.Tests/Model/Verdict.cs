namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// Judges one session's transcript against the log, in one pass: every event that is visible and wanted exactly once and in order, or
/// inside a told gap, and no position ahead of what was sent.
/// </summary>
internal sealed class Verdict(Surroundings world)
{
    private readonly ModelLog log = world.Log;
    private readonly Sight sight = new(world);
    private readonly List<Stretch> open = [];
    private readonly List<Stretch> asked = [];
    private readonly List<Stretch> behind = [];
    private readonly Dictionary<long, Form> received = [];
    private readonly HashSet<long> receivedOnEarlierLines = [];
    private readonly HashSet<Stretch> askedOnThisLine = [];
    private readonly List<Heard.Gap> gaps = [];
    private readonly HashSet<int> mayClose = [];
    private long lastEvent;
    private long lastPosition;
    private Heard.Line? line;
    private TimeSpan now;
    private int replaysLeft;
    private int stepsBackLeft;
    private bool owedMayRunOut;
    private Stretch? unasked;
    private Stretch? owed;

    /// <summary>Null when the transcript is as it has to be.</summary>
    public string? Of(IReadOnlyList<Heard> transcript)
    {
        world.Tally.CountFrames(transcript.Count(heard => heard is Heard.Event or Heard.Position or Heard.Gap));
        for (var index = 0; index < transcript.Count; index++)
        {
            sight.Hear(transcript[index]);
            now = transcript[index].At;
            if (Judge(transcript[index]) is { } fault) return $"line {index}, {transcript[index]}: {fault}";
        }

        return null;
    }

    private string? Judge(Heard heard) => heard switch
    {
        Heard.Line line => Open(line),
        Heard.RightsEnded ended => Over(ended.Since),
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

    private string? Open(Heard.Line opened)
    {
        line = opened;
        return null;
    }

    private string? Over(TimeSpan since)
    {
        sight.End(since);
        return null;
    }

    private string? Begin(Heard.Began began)
    {
        sight.Open(line!);
        if (began.Unasked)
        {
            open.Add(unasked = new Stretch("", Wish.Everything, null) 
            {
                MayFollow = began.MayFollow,
                MustFollow = began.MustFollow,
                AskedAt = sight.OpenedAt,
            });
        }

        if (began.Owed is { } since)
            owed = new Stretch("", new Wish(null, null, ["*"]), since) { MustFollow = since, AskedAt = sight.OpenedAt };
        return null;
    }

    private string? Resume(long after)
    {
        sight.Open(line!);
        foreach (var position in received.Keys.Where(position => position > after).ToList()) received.Remove(position);
        (lastEvent, lastPosition, replaysLeft, stepsBackLeft) = (Math.Min(lastEvent, after), after, 0, 1);
        behind.Clear();
        return GoOn(after);
    }

    private string? Recover(long after)
    {
        if (Missing(after) is { } missing) return $"{missing} was not sent before the offset that was shown";
        sight.Open(line!);
        return GoOn(after);
    }

    /// <summary>A new line with the same subscriptions: one way through the log for all of them.</summary>
    private string? GoOn(long after)
    {
        foreach (var stretch in open.Concat(asked)) stretch.MayFollow = Math.Min(stretch.MayFollow, after);
        // What lies before was due to the earlier line; the rest is judged by the rights of this one.
        foreach (var stretch in open)
        {
            (stretch.MustFollow, stretch.Checked) = (Math.Max(stretch.MustFollow, after), Math.Min(stretch.Checked, after));
            stretch.AskedAt = sight.OpenedAt;
        }

        receivedOnEarlierLines.UnionWith(received.Keys);
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
        stretch.AskedAt = now;
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
        sight.ReadTo(sequence);
        if (stretch.Since is not null) sight.Replays(stretch.AskedAt);
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
        if (heard.Name != fact.Type && heard.Name != fact.SocketName && heard.Name != "resource.deleted") return $"it is {fact.Type}";
        if (sight.IsOver) return "it was sent after the sign-in was over";
        if (FormOf(heard, fact) is not { } form) return $"its content is {heard.Mark}";
        if (!sight.Allows(fact, form, heard.At, _ => true)) return $"the caller may not see it, {form}";
        bool IsWanted(Form shown) => open.Exists(each => fact.Position > each.MayFollow && Wants(each.Wish, fact, shown));
        if (!sight.Allows(fact, form, heard.At, IsWanted)) return "nobody asked for it";
        if (!received.TryAdd(fact.Position, form) && !MayRepeat(fact) && !Follows(fact, form)) return "it came before";
        if (form == Form.Gone) world.Tally.Saw(Reached.HeardGone);
        if (form == Form.Open) world.Tally.Saw(Reached.HeardOpen);
        received[fact.Position] = form;
        sight.ReadTo(fact.Position);
        if (fact.Position < lastEvent && --replaysLeft < 0) return $"it came after {lastEvent}";

        lastEvent = fact.Position;
        return null;
    }

    private static bool Wants(Wish wish, Fact fact, Form form) => wish.Wants(fact, form);

    /// <summary>The notice was for one subscription, and the record itself is for another one, which asked for the past.</summary>
    private bool Follows(Fact fact, Form form) => received[fact.Position] == Form.Gone && form == Form.Whole;

    private static Form? FormOf(Heard.Event heard, Fact fact)
    {
        if (fact.ResourceType is null) return fact.HasOpen && heard.Mark == ModelLog.OpenStatus ? Form.Open : Form.Whole;
        if (heard.Name == fact.Type && heard.Mark == fact.Content) return Form.Whole;
        return heard.Name == "resource.deleted" && heard.Mark is null && fact.Former is not null ? Form.Gone : null;
    }

    /// <summary>What an earlier line brought comes once more where a subscription of this one asks for the past.</summary>
    private bool MayRepeat(Fact fact) =>
        askedOnThisLine.Any(each => each.Since < fact.Position && (each.Wish.Wants(fact, Form.Whole) || each.Wish.Wants(fact, Form.Gone)))
            && receivedOnEarlierLines.Remove(fact.Position);

    private string? Check(long told)
    {
        if (told > log.Head) return $"the log ends at {log.Head}";
        if (told < lastPosition && --stepsBackLeft < 0) return $"it was {lastPosition} before";

        lastPosition = told;
        sight.ReadTo(told);
        behind.RemoveAll(each => each.LiveFrom <= told);
        return Missing(told) is { } missing ? $"{missing} was not sent" : null;
    }

    private string? Cover(Heard.Gap gap)
    {
        if (gap.From > gap.To || gap.To > log.Head) return $"no gap can be so; the log ends at {log.Head}";
        if (gap.From >= log.Oldest && log.Head - gap.From + 1 <= world.Options.MaxReplay && !owedMayRunOut && !IsForgotten())
            return "nothing was lost";

        gaps.Add(gap);
        if (gap.From <= owed?.MustFollow + 1) owed = null;
        return null;
    }

    /// <summary>After a change of the tenant's visibility it is not known any more what the session was sent before.</summary>
    private bool IsForgotten() => world.Records.Policies.ChangedBetween(sight.OpenedAt, now);

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
            if (!stretch.IsCertain) continue;
            for (var position = Math.Max(stretch.MustFollow, stretch.Checked) + 1; position <= upTo; position++)
            {
                if (received.ContainsKey(position) || gaps.Exists(gap => gap.From <= position && position <= gap.To)) continue;
                if (log.At(position) is not { } fact) continue;
                if (sight.Requires(fact, stretch.Wish, stretch.AskedAt, now)) return position;
                if (sight.WasVisible(fact, stretch.Wish)) world.Tally.Saw(Reached.HiddenByNow);
            }

            stretch.Checked = Math.Max(stretch.Checked, upTo);
        }

        return null;
    }
}

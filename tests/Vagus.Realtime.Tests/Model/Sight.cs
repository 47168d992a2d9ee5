namespace Vagus.Realtime.Tests.Model;

/// <summary>
/// What a session may see and has to be sent, at the moment at which the server put it into the session's queue. That moment lies between
/// two others that the client knows; see the README for what may differ between them.
/// </summary>
internal sealed class Sight(Surroundings world)
{
    /// <summary>
    /// More than what lies between a server's judgement and its client: half a queue and a frame, the pipe and the sockets' buffers.
    /// </summary>
    private const long MaxInFlight = 512 * 1024;

    private readonly List<(long Bytes, TimeSpan At)> heardBefore = [];
    private Heard.Line line = new(new Rights(Role.Patient, SeesLabelled: false, []), default, AsksForPast: false);
    private TimeSpan? endedAt;
    private TimeSpan asked;
    private TimeSpan queued;
    private int inFlight;
    private long told;

    public TimeSpan OpenedAt => line.OpenedAt;

    public void Open(Heard.Line opened)
    {
        (line, endedAt, inFlight, queued) = (opened, null, 0, opened.OpenedAt);
        heardBefore.Clear();
        asked = opened.AsksForPast ? opened.OpenedAt : TimeSpan.Zero;
    }

    public void End(TimeSpan since) => endedAt ??= since;

    /// <summary>A replay was asked for at that time, and the answer is here.</summary>
    public void Replays(TimeSpan askedAt) => asked = askedAt > asked ? askedAt : asked;

    /// <summary>The server has read the log up to here.</summary>
    public void ReadTo(long position) => told = Math.Max(told, position);

    /// <summary>Another line of the transcript: the moment since which it may have been put into the queue moves on.</summary>
    public void Hear(Heard heard)
    {
        heardBefore.Add((heard.Bytes, heard.At));
        while (inFlight + 1 < heardBefore.Count && heardBefore[inFlight].Bytes < heard.Bytes - MaxInFlight)
            queued = heardBefore[++inFlight].At;
    }

    /// <summary>True when the line was certainly written to after the sign-in that it lived by was over.</summary>
    public bool IsOver => queued > endedAt;

    /// <summary>Whether the event may come in this form to one of the wishes.</summary>
    public bool Allows(Fact fact, Form form, TimeSpan heardAt, Func<Form, bool> isWanted)
    {
        var low = Math.Max(told, world.Records.KnownAt(queued, asked));
        if (low > fact.Position && fact.ChangesAfter(fact.Position).Any(version => version.Narrows && version.Position <= low))
            world.Tally.Saw(Reached.JudgedByNow);
        return Seen(fact, Math.Max(low, fact.Position), queued, heardAt).Any(seen =>
            (seen == form || (seen == Form.Whole && form == Form.Gone && fact.Former is not null)) && isWanted(form));
    }

    /// <summary>
    /// Whether the event has to come on account of a wish: it was wanted and seen in each moment in which it may have been judged.
    /// </summary>
    public bool Requires(Fact fact, Wish wish, TimeSpan askedAt, TimeSpan until)
    {
        var from = askedAt > fact.Begun ? askedAt : fact.Begun;
        return Seen(fact, fact.Position, from, until).All(seen => wish.Wanted(fact, seen) != Form.None);
    }

    /// <summary>Whether it was wanted and seen as it was written.</summary>
    public bool WasVisible(Fact fact, Wish wish) =>
        wish.Wanted(fact, fact.FormFor(line.Rights, world.Records.Policies.Now, fact.Position)) != Form.None;

    private IEnumerable<Form> Seen(Fact fact, long low, TimeSpan from, TimeSpan until)
    {
        var positions = fact.ChangesAfter(low).Where(version => version.Moment.Begun <= until).Select(version => version.Position)
            .Prepend(low).ToList();
        foreach (var policy in world.Records.Policies.Between(from, until))
        {
            foreach (var position in positions) yield return fact.FormFor(line.Rights, policy, position);
        }
    }
}

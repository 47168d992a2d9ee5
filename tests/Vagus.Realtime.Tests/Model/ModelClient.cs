using System.Text.Json;
using Vagus.Identity;

namespace Vagus.Realtime.Tests.Model;

/// <summary>How a client comes in.</summary>
internal enum WayIn
{
    Plain,

    /// <summary>With the position that it was told last.</summary>
    Since,

    /// <summary>As the session that it had: <c>client_id</c> and <c>since</c>, or <c>pid</c> and <c>offset</c>.</summary>
    Same,
}

/// <summary>A client that follows the guide: it keeps the place it was told, and writes down all that it does and hears.</summary>
internal abstract class ModelClient(Surroundings world, SignedIn person, Rights rights) : IAsyncDisposable
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private const int MaxTold = 4_000;
    private static readonly TimeSpan TokenLifetime = new IdentityOptions().AccessTokenLifetime;
    private readonly List<Line> abandoned = [];
    private readonly List<List<Heard>> transcripts = [];
    private readonly Lock gate = new();
    private TaskCompletionSource<JsonElement>? admission;
    private TaskCompletionSource heardMore = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Line? line;
    private TimeSpan openedAt;
    private TimeSpan? signInEndedAt;
    private Rights signedInAs = rights;
    private long bytes;
    private int pending;
    private DateTimeOffset signedInAt = world.Clinic.Clock.GetUtcNow();

    public SignedIn Person { get; private set; } = person;

    /// <summary>What the person may see from the next sign-in on.</summary>
    public Rights Rights { get; set; } = rights;

    /// <summary>What a client stores: the last place that it was told.</summary>
    public long? Place { get; protected set; }

    public bool IsOpen => line is not null;

    public bool IsFrozen => line?.IsFrozen == true;

    /// <summary>Subscriptions that were answered and not ended.</summary>
    public HashSet<string> Known { get; } = [];

    protected Surroundings World => world;

    public long PlaceOnThisLine { get; private set; } = -1;

    public async Task Connect(WayIn way)
    {
        Leave();
        await RefreshSignIn();
        PlaceOnThisLine = -1;
        admission = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref pending, 0);
        (openedAt, bytes) = (world.Now, 0);
        var opened = line = new Line(Hear, Closed);
        await opened.Open(Address(world.Clinic.Address));
        await Greet(way);
        await admission.Task.WaitAsync(Limit);
    }

    public abstract Task Subscribe(Wish wish, long? since, int number);

    public abstract Task Unsubscribe(string id);

    public abstract Task Renew();

    /// <summary>Past is owed to it and it has not subscribed to anything since.</summary>
    public virtual bool IsOwed => false;

    public virtual void OwedRanOut() => Write(new Heard.OwedRanOut());

    public void Cut()
    {
        var lost = line;
        Leave();
        lost?.Cut();
    }

    /// <summary>The line stands on and is not read any more; the client goes on as if it had none.</summary>
    public void LoseSight()
    {
        line?.Freeze();
        Leave();
    }

    public void Freeze()
    {
        // One that takes nothing for the time of a send is cut.
        MayBeClosed(0);
        line?.Freeze();
    }

    public void MayBeClosed(params int[] codes)
    {
        foreach (var code in codes) Write(new Heard.MayClose(code));
    }

    public void Read(TimeSpan pause)
    {
        if (line is not { } open) return;

        open.Pause = pause;
        open.Thaw();
    }

    public async Task SignOut()
    {
        MayBeClosed(4401, 0);
        await world.Clinic.SignOut(Person);
        SignInEnded();
    }

    /// <summary>The server has answered that its sign-in is over: it shows another one when it comes again.</summary>
    public void SignInEnded()
    {
        lock (gate)
        {
            signedInAt = DateTimeOffset.MinValue;
            signInEndedAt ??= world.Now;
            if (transcripts.Count > 0) Add(new Heard.RightsEnded(signInEndedAt.Value));
        }
    }

    /// <summary>Waits until the condition holds, looking again after everything that is heard; false when it did not in time.</summary>
    public async Task<bool> Until(Func<bool> condition, TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        while (true)
        {
            Task more;
            lock (gate)
            {
                if (condition()) return true;
                more = heardMore.Task;
            }

            try
            {
                await more.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    /// <summary>Every request was answered.</summary>
    public bool IsQuiet => Volatile.Read(ref pending) == 0;

    /// <summary>What is wrong with what this client went through; null when nothing is.</summary>
    public string? Fault()
    {
        lock (gate)
        {
            foreach (var transcript in transcripts)
            {
                var verdict = new Verdict(world);
                if (verdict.Of(transcript) is { } fault) return fault + Told(transcript);
            }

            return null;
        }
    }

    public string Told() => transcripts.Count == 0 ? "" : Told(transcripts[^1]);

    public async ValueTask DisposeAsync()
    {
        Leave();
        foreach (var old in abandoned) await old.DisposeAsync();
    }

    /// <summary>The clock was moved: its token may be over.</summary>
    public void Aged()
    {
        if (world.Clinic.Clock.GetUtcNow() - signedInAt > TokenLifetime) MayBeClosed(4401, 0);
    }

    protected abstract Uri Address(Uri server);

    protected abstract Task Greet(WayIn way);

    /// <summary>Reads one frame. Called under the gate.</summary>
    protected abstract void Take(string text);

    protected static string? StatusOf(JsonElement details) => details.TryGetProperty("status", out var status) ? status.GetString() : null;

    protected void Waits() => Interlocked.Increment(ref pending);

    protected void IsAnswered() => Interlocked.Decrement(ref pending);

    protected Task Say(string text) => line?.Say(text) ?? Task.CompletedTask;

    protected void Begin(Heard.Began began, JsonElement answer)
    {
        transcripts.Add([]);
        AddLine(began.AsksForPast);
        Add(began);
        Known.Clear();
        admission?.TrySetResult(answer);
    }

    protected void GoOn(Heard how, JsonElement answer)
    {
        AddLine(asksForPast: true);
        Add(how);
        admission?.TrySetResult(answer);
    }

    protected void Refused(string code)
    {
        if (signInEndedAt is null && !MayBeRefused) throw new InvalidOperationException($"Refused: {code}.{Told()}");
        admission?.TrySetException(new IOException($"Refused: {code}."));
        // Socket.IO leaves the connection open to a client that it does not let in.
        if (admission?.Task.IsFaulted == true) Cut();
    }

    /// <summary>Its sign-in is being ended: what it asks for may be refused.</summary>
    public bool MayBeRefused { get; set; }

    /// <summary>Called under the gate.</summary>
    protected void Note(Heard heard)
    {
        var isInside = transcripts[^1][^1] is Heard.Event or Heard.Position;
        Add(heard);
        if (heard is Heard.Position back && back.Sequence < Place) world.Tally.Saw(Reached.ToldBack);
        if (heard is Heard.Position told) Place = PlaceOnThisLine = told.Sequence;
        if (heard is Heard.Gap gap && Place is { } place && gap.From <= place + 1 && gap.To > place) Place = gap.To;
        if (heard is Heard.Gap lost) world.CountGap(lost, isInside);
    }

    protected void Write(Heard heard)
    {
        lock (gate)
        {
            if (transcripts.Count > 0) Add(heard);
        }
    }

    private void AddLine(bool asksForPast)
    {
        Add(new Heard.Line(signedInAs, openedAt, asksForPast));
        if (signInEndedAt is { } ended) Add(new Heard.RightsEnded(ended));
        if (MayBeRefused) transcripts[^1].AddRange([new Heard.MayClose(4401), new Heard.MayClose(0)]);
    }

    private void Add(Heard heard)
    {
        (heard.At, heard.Bytes) = (world.Now, bytes);
        transcripts[^1].Add(heard);
    }

    /// <summary>Signs in again if the sign-in is over or will be soon.</summary>
    public async Task RefreshSignIn()
    {
        if (world.Clinic.Clock.GetUtcNow() - signedInAt < TimeSpan.FromMinutes(6)) return;

        var now = Rights;
        Person = await world.Clinic.SignInAgain(Person);
        (signedInAs, signInEndedAt, MayBeRefused) = (now, null, false);
        signedInAt = world.Clinic.Clock.GetUtcNow();
    }

    private void Leave()
    {
        lock (gate)
        {
            if (line is not null) abandoned.Add(line);
            line = null;
        }
    }

    private void Hear(Line from, string text)
    {
        lock (gate)
        {
            // A line that the client has given up tells nothing any more.
            if (from != line) return;

            bytes += text.Length;
            try
            {
                Take(text);
            }
            catch (Exception failure)
            {
                world.Broke(failure);
                admission?.TrySetException(failure);
            }

            More();
        }
    }

    private void Closed(Line from, int? code)
    {
        lock (gate)
        {
            if (from != line) return;

            if (transcripts.Count > 0) Add(new Heard.Closed(code));
            admission?.TrySetException(new IOException($"Closed ({code}) before it was let in."));
            abandoned.Add(from);
            line = null;
            More();
        }
    }

    private void More()
    {
        var before = heardMore;
        heardMore = new(TaskCreationOptions.RunContinuationsAsynchronously);
        before.TrySetResult();
    }

    private static string Told(List<Heard> transcript) =>
        Environment.NewLine
            + string.Join(Environment.NewLine, transcript.Select((heard, index) => $"  {index,4} {Text(heard)}").TakeLast(MaxTold));

    private static string Text(Heard heard) => heard switch
    {
        Heard.Asked asked => $"{heard.At:s\\.fff} Asked {Text(asked.Stretch)}",
        Heard.Subscribed done => $"{heard.At:s\\.fff} Subscribed {Text(done.Stretch)} at {done.Sequence}",
        _ => heard.ToString(),
    };

    private static string Text(Stretch stretch) =>
        $"{stretch.Id} since {stretch.Since} {JsonSerializer.Serialize(stretch.Wish)}";
}

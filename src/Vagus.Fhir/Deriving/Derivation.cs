using System.Text.Json;
using Vagus.Access.Visibility;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// What a rule may look at while it derives events, and where it tells them. It sees the state after the transaction's writes. A rule
/// decides by what it peeks at and builds an event only through the view that <see cref="Tell"/> gives it, so no record gets into an event
/// unnoticed.
/// </summary>
public abstract class Derivation
{
    private readonly Dictionary<(string Type, PatientId Patient), IReadOnlyList<Candidate>> ofPatient = [];
    private readonly Dictionary<(string Type, string Id), Candidate?> located = [];

    public abstract Caller Caller { get; }

    /// <summary>When the transaction happens; the <c>lastUpdated</c> of what it writes.</summary>
    public abstract DateTimeOffset At { get; }

    /// <summary>One row of the tenant's settings as JSON, or null: critical limits, critical findings.</summary>
    public abstract ValueTask<JsonElement?> Setting(string name, CancellationToken cancel);

    /// <summary>What the transaction changed.</summary>
    public abstract TransactionChanges Changes { get; }

    /// <summary>The current version of a resource that this transaction did not write.</summary>
    protected abstract ValueTask<Candidate?> Find(string type, string id, CancellationToken cancel);

    /// <summary>The current resources of one type in a patient's compartment, with the transaction's own.</summary>
    protected abstract ValueTask<IReadOnlyList<Candidate>> FindOfPatient(string type, PatientId patient, CancellationToken cancel);

    /// <summary>The current resources of one type that refer to a resource under a search parameter, with the transaction's own.</summary>
    protected abstract ValueTask<IReadOnlyList<Candidate>> FindReferring(
        string type, string parameter, ResourceChange target, CancellationToken cancel);

    /// <summary>Appends the event to the log with this transaction.</summary>
    protected abstract void Add(DerivedEvent derived);

    /// <summary>
    /// Tells an event about a change, if the builder makes one. Where it drew from a record that not every recipient may see, it is built a
    /// second time without those records: that is the open form, for callers who may see the labels of what it is about. What those already
    /// cover is in both.
    /// </summary>
    public async ValueTask Tell(ResourceChange about, Func<RecordView, ValueTask<Told?>> build)
    {
        var view = new RecordView(this, _ => true);
        if (await build(view) is not { } whole) return;
        var told = about with { Patients = [.. whole.Patient is { } named ? about.Patients.Prepend(named).Distinct() : about.Patients] };
        // A form without the records that are not for patients is built for those events only that patients get.
        var hidesFromPatients = told.Patients.Count > 0 && EventVisibility.IsForPatients(EventCatalogue.Of(whole.Data).Name);
        bool Hides(Candidate drawn) =>
            !IsAbout(about, drawn)
            && (!about.Labels.Cover(drawn.Labels) || (hidesFromPatients && !drawn.IsFor(told.Patients)));

        var draws = new Dictionary<string, Candidate>(StringComparer.Ordinal);
        foreach (var drawn in view.Drawn) draws[drawn.Reference] = drawn;
        EventData? open = null;
        if (view.Drawn.Any(Hides))
        {
            var openView = new RecordView(this, candidate => !Hides(candidate));
            open = (await build(openView))?.Data;
            foreach (var drawn in openView.Drawn) draws[drawn.Reference] = drawn;
        }

        var others = draws.Values.Where(drawn => !IsAbout(about, drawn)).Select(drawn => new EventDraw(drawn.Type, drawn.Id)
        {
            Labels = drawn.Labels,
            NotForPatients = hidesFromPatients && !drawn.IsFor(told.Patients),
        });
        EventDraw[] all = about.Labels == Sensitivity.None
            ? [.. others] : [.. others, new EventDraw(about.Type, about.Id) { Labels = about.Labels }];
        Add(new DerivedEvent(told, whole.Data, open, all));
    }

    /// <summary>Tells an event of nothing but the change itself.</summary>
    public ValueTask Tell(ResourceChange about, EventData data) => Tell(about, _ => ValueTask.FromResult<Told?>(data));

    /// <summary>Answers a question that decides whether to look further. The reads of its view do not count as drawn.</summary>
    public ValueTask<bool> Decide(Func<RecordView, ValueTask<bool>> question) => question(new RecordView(this, _ => true));

    /// <summary>
    /// The resources of a type in a patient's compartment that the predicate chooses. The reads of its view do not count as drawn.
    /// </summary>
    public async ValueTask<IReadOnlyList<Candidate>> OfPatient(
        string type, PatientId patient, Func<JsonElement, RecordView, ValueTask<bool>> chooses, CancellationToken cancel)
    {
        if (!ofPatient.TryGetValue((type, patient), out var known))
        {
            ofPatient[(type, patient)] = known = await FindOfPatient(type, patient, cancel);
        }

        return await Chosen(known, chooses);
    }

    /// <summary>
    /// The resources of a type, of whichever patients, that refer to a resource under a search parameter and that the predicate chooses.
    /// </summary>
    public async ValueTask<IReadOnlyList<Candidate>> Referring(
        string type, string parameter, ResourceChange target, Func<JsonElement, RecordView, ValueTask<bool>> chooses,
        CancellationToken cancel) =>
        await Chosen(await FindReferring(type, parameter, target, cancel), chooses);

    private async ValueTask<IReadOnlyList<Candidate>> Chosen(
        IReadOnlyList<Candidate> known, Func<JsonElement, RecordView, ValueTask<bool>> chooses)
    {
        var peek = new RecordView(this, _ => true);
        var chosen = new List<Candidate>();
        foreach (var candidate in known)
        {
            if (await chooses(candidate.Resource, peek)) chosen.Add(candidate);
        }

        return chosen;
    }

    internal async ValueTask<Candidate?> Locate(string type, string id, CancellationToken cancel)
    {
        if (located.TryGetValue((type, id), out var known)) return known;
        // What this transaction wrote is at hand already parsed; the last change of a resource wins.
        return located[(type, id)] = Changes.Find(type, id) is { } change
            ? change.After is { } after ? new Candidate(change, after) : null
            : await Find(type, id, cancel);
    }

    private static bool IsAbout(ResourceChange about, Candidate drawn) => drawn.Type == about.Type && drawn.Id == about.Id;
}

using Microsoft.Extensions.DependencyInjection;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Realtime.Tests.Model;

/// <summary>What a tenant's log holds, kept beside it by the only writer that there is.</summary>
internal sealed class ModelLog : IDisposable
{
    private const int MostTries = 5;
    private readonly Lock gate = new();
    private readonly List<Fact> facts = [];
    private readonly SemaphoreSlim writing = new(1);
    private long begun;

    /// <summary>The status that marks the open form of an event: a client tells the forms apart by it.</summary>
    public const string OpenStatus = "amended";

    public long Head
    {
        get
        {
            lock (gate) return facts.Count;
        }
    }

    /// <summary>No position beyond this can be in the log yet: writes count from before they begin.</summary>
    public long Begun => Interlocked.Read(ref begun);

    /// <summary>Everything before this position may have been removed.</summary>
    public long Oldest { get; private set; } = 1;

    public Fact? At(long position)
    {
        lock (gate) return position >= 1 && position <= facts.Count ? facts[(int)position - 1] : null;
    }

    /// <summary>Writes so many events in one transaction.</summary>
    public Task Write(LiveClinic clinic, TenantId tenant, IReadOnlyList<Draft> drafts, TimeSpan begun) =>
        Append(drafts.Count, async () =>
        {
            for (var tries = 1; ; tries++)
            {
                var written = await clinic.Get<GroupCommit>().Write<List<Fact>>(
                    tenant,
                    async (write, cancel) =>
                    {
                        var done = new List<Fact>();
                        foreach (var draft in drafts) done.Add(await Append(clinic, write, draft, begun, cancel));
                        return done;
                    },
                    default);
                if (!written.IsRefused) return written.Value;
                // PostgreSQL ends a transaction that a slow machine leaves alone for seconds. Nobody else writes: the log tells.
                var last = (await clinic.Get<EventLog>().Extent(tenant, default)).Last;
                if (written.Refusal is not { Kind: RefusalKind.Unavailable } || last != Head || tries == MostTries)
                    throw new InvalidOperationException($"Refused: {written.Refusal}; the log is at {last}, the model at {Head}.");
            }
        });

    /// <summary>
    /// Writes an event about a version of a record, with a second form where the record that it draws from is not for everybody.
    /// </summary>
    public async Task<Fact> AppendAbout(LiveClinic clinic, TenantId tenant, RecordVersion about, Drawn? drawn, TimeSpan begun)
    {
        var reference = $"Observation/{about.Record.Id}/_history/{about.Number}";
        var whole = new LabResultAvailable(about.Patient, reference, about.Record.Id, "final", about.Released);
        var hasOpen = drawn is { NotForPatients: true } || (drawn is { Labelled: true } && !about.Labelled);
        var draws = drawn is null
            ? []
            : new List<EventDraw> { new(
            "Observation", drawn.Record.Id) { Labels = LabelsOf(drawn.Labelled), NotForPatients = drawn.NotForPatients } };
        if (about.Labelled) draws.Add(new EventDraw("Observation", about.Record.Id) { Labels = Sensitivity.Restricted });
        var type = EventCatalogue.Of(whole);
        var draft = new NewEvent(clinic.Get<IdSource>().NewId(), type.Name, EventCatalogue.Serialize(whole))
        {
            Patient = new PatientId(about.Patient),
            Resource = reference,
            Labels = LabelsOf(draws.Exists(draw => draw.Labels != Sensitivity.None)),
            Released = about.Released,
            Draws = draws,
            OpenBody = hasOpen ? EventCatalogue.Serialize(whole with { Status = OpenStatus }) : null,
        };
        var position =
            (await clinic.Get<GroupCommit>()
            .Write<long>(tenant, async (write, cancel) => await write.Append(draft, cancel), default)).Value;
        return new Fact(position, type.Name, type.SocketName, about.Patient, draft.Labels != Sensitivity.None, null)
        {
            Begun = begun,
            Released = about.Released,
            About = about,
            Draws = drawn is null ? [] : [drawn],
            HasOpen = hasOpen,
        };
    }

    /// <summary>The model is the only writer: one write at a time, so that each knows the position that it gets.</summary>
    public async Task Append(int count, Func<Task<List<Fact>>> write)
    {
        await writing.WaitAsync();
        try
        {
            Interlocked.Add(ref this.begun, count);
            var written = await write();
            lock (gate)
            {
                if (written.Count > 0) Assert.Equal(facts.Count + 1, written[0].Position);
                facts.AddRange(written);
            }

            Interlocked.Add(ref this.begun, written.Count - count);
        }
        finally
        {
            writing.Release();
        }
    }

    private static async ValueTask<Fact> Append(
        LiveClinic clinic, WriteTransaction write, Draft draft, TimeSpan begun, CancellationToken cancel)
    {
        var type = EventCatalogue.Of(draft.Data);
        var patient = draft.Patient is null ? (PatientId?)null : new PatientId(draft.Patient);
        var written = new NewEvent(clinic.Get<IdSource>().NewId(), type.Name, EventCatalogue.Serialize(draft.Data))
        {
            Patient = patient,
            Labels = LabelsOf(draft.Sensitive),
        };
        var resource = (draft.Data as ResourceCreated)?.ResourceType;
        // A change of a resource without a word on release is released to no patient.
        return new Fact(await write.Append(written, cancel), type.Name, type.SocketName, draft.Patient, draft.Sensitive, resource)
        {
            Begun = begun,
            Released = resource is null,
        };
    }

    private static Sensitivity LabelsOf(bool labelled) => labelled ? Sensitivity.Restricted : Sensitivity.None;

    public void Dispose() => writing.Dispose();

    /// <summary>Removes what is older than the retention, as the server's own sweep does: all but the last event.</summary>
    public async Task Sweep(LiveClinic clinic, TenantId tenant)
    {
        await clinic.Sweep(tenant, kept: Head);
        Oldest = (await clinic.Get<EventLog>().Extent(tenant, default)).Oldest;
    }
}

/// <summary>An event that is going to be written.</summary>
internal sealed record Draft(EventData Data, string? Patient, bool Sensitive);

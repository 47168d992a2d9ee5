using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Events;
using Vagus.Storage.Log;
using Vagus.Storage.Retention;
using Vagus.Storage.Writing;

namespace Vagus.Realtime.Tests.Model;

/// <summary>One event as the model knows it: all that decides who is told of it.</summary>
internal sealed record Fact(long Position, string Type, string? SocketName, string? Patient, bool Sensitive, string? ResourceType)
{
    private static readonly FrozenSet<string> HiddenFromProviders = FrozenSet.Create("claim.submitted", "payment.received");

    /// <summary>The visibility of a provider, written down a second time on purpose: the model must not ask the code it tests.</summary>
    public bool IsVisible(bool toOneWhoSeesLabelled) => (!Sensitive || toOneWhoSeesLabelled) && !HiddenFromProviders.Contains(Type);
}

/// <summary>What a tenant's log holds, kept beside it by the only writer that there is.</summary>
internal sealed class ModelLog
{
    private readonly Lock gate = new();
    private readonly List<Fact> facts = [];
    private long begun;

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
    public async Task Write(LiveClinic clinic, TenantId tenant, IReadOnlyList<Draft> drafts)
    {
        Interlocked.Add(ref begun, drafts.Count);
        var ids = clinic.Get<IdSource>();
        var facts = (await clinic.Get<GroupCommit>().Write<List<Fact>>(
            tenant,
            async (write, cancel) =>
            {
                var done = new List<Fact>();
                foreach (var draft in drafts)
                {
                    var type = EventCatalogue.Of(draft.Data);
                    var body = EventCatalogue.Serialize(draft.Data);
                    var patient = draft.Patient is null ? (PatientId?)null : new PatientId(draft.Patient);
                    var written = new NewEvent(ids.NewId(), type.Name, body) { Patient = patient, Sensitive = draft.Sensitive };
                    var resource = (draft.Data as ResourceCreated)?.ResourceType;
                    var position = await write.Append(written, cancel);
                    done.Add(new(position, type.Name, type.SocketName, draft.Patient, draft.Sensitive, resource));
                }

                return done;
            },
            default)).Value;
        lock (gate)
        {
            Assert.Equal(this.facts.Count + 1, facts[0].Position);
            this.facts.AddRange(facts);
        }
    }

    /// <summary>Removes what is older than the retention, as the server's own sweep does.</summary>
    public async Task Sweep(LiveClinic clinic, TenantId tenant)
    {
        await ActivatorUtilities.CreateInstance<RetentionSweep>(clinic.Get<IServiceProvider>()).SweepOnce(default);
        Oldest = (await clinic.Get<EventLog>().Extent(tenant, default)).Oldest;
    }
}

/// <summary>An event that is going to be written.</summary>
internal sealed record Draft(EventData Data, string? Patient, bool Sensitive);

using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Fhir.Deriving;

/// <summary>What a rule may look at while it derives events, and where it puts them. Reads see the state after the transaction's writes.</summary>
public abstract class Derivation
{
    public abstract Caller Caller { get; }

    /// <summary>When the transaction happens; the <c>lastUpdated</c> of what it writes.</summary>
    public abstract DateTimeOffset At { get; }

    /// <summary>All changes of the transaction in order, for rules that look at more than one.</summary>
    public abstract IReadOnlyList<ResourceChange> Changes { get; }

    /// <summary>The current version of a resource of the same tenant, or null.</summary>
    public abstract ValueTask<JsonElement?> Read(string type, string id, CancellationToken cancel);

    /// <summary>The current resources of one type in a patient's compartment. Read once per transaction and patient.</summary>
    public abstract ValueTask<IReadOnlyList<JsonElement>> OfPatient(string type, PatientId patient, CancellationToken cancel);

    /// <summary>One row of the tenant's settings as JSON, or null: critical limits, critical findings.</summary>
    public abstract ValueTask<JsonElement?> Setting(string name, CancellationToken cancel);

    /// <summary>Appends the event to the log with this transaction, about the change's patient and resource.</summary>
    public abstract void Emit(ResourceChange about, EventData data);
}

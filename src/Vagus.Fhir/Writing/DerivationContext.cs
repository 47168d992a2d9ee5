using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// What the rules see of a write in progress. It reads as the server, not as the caller: an alert may depend on what the caller cannot
/// see.
/// </summary>
internal sealed class DerivationContext(
    WriteTransaction write, FhirCall call, IReadOnlyList<ResourceChange> changes) : Derivation
{
    private readonly Dictionary<string, JsonElement?> settings = new(StringComparer.Ordinal);
    private readonly Reach everything = Reach.Everything(call.Caller);
    private readonly List<DerivedEvent> told = [];

    /// <summary>The events that the rules told, in the order in which they enter the log.</summary>
    public IEnumerable<DerivedEvent> Told => Changes.InOrder(told);

    public override TransactionChanges Changes { get; } = new(changes);

    public override Caller Caller => call.Caller;

    public override DateTimeOffset At => write.At;

    public override async ValueTask<JsonElement?> Setting(string name, CancellationToken cancel)
    {
        if (settings.TryGetValue(name, out var known)) return known;
        return settings[name] = await TenantSettings.Read(write, name, cancel);
    }

    protected override async ValueTask<Candidate?> Find(string type, string id, CancellationToken cancel)
    {
        var stored = await ReadResources.Current(write, everything, type, id, cancel);
        return stored?.Body is { } body ? new Candidate(type, id, stored.Version, OwnReferences.Read(body, call.Own)) : null;
    }

    protected override async ValueTask<IReadOnlyList<Candidate>> FindOfPatient(string type, PatientId patient, CancellationToken cancel) =>
        await RecordsOfPatient.Read(
            write, write.Tenant, patient, type, (id, version, body) => new Candidate(type, id, version, OwnReferences.Read(body, call.Own)),
            cancel);

    protected override async ValueTask<IReadOnlyList<Candidate>> FindReferring(
        string type, string parameter, ResourceChange target, CancellationToken cancel) =>
        await ReferringRecords.Read(
            write, type, parameter, (target.Type, target.Id),
            (id, version, body) => new Candidate(type, id, version, OwnReferences.Read(body, call.Own)), cancel);

    protected override void Add(DerivedEvent derived) => told.Add(derived);
}

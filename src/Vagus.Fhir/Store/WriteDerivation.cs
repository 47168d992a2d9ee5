using System.Text.Json;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Indexing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>What the rules see of a write in progress. It reads as the server, not as the caller: an alert may depend on what the caller cannot see.</summary>
internal sealed class WriteDerivation(WriteTransaction write, Caller caller, OwnBases own, IReadOnlyList<PreparedChange> prepared)
    : Derivation
{
    private readonly Dictionary<(string Type, PatientId Patient), IReadOnlyList<JsonElement>> ofPatient = [];
    private readonly Dictionary<string, JsonElement?> settings = new(StringComparer.Ordinal);
    private readonly Reach everything = Reach.Of(caller with { Role = Role.Service, SeesSensitive = true }) with { Reads = ResourceTypes.All };

    public List<(EventData Data, PreparedChange About)> Emitted { get; } = [];

    public override Caller Caller => caller;

    public override DateTimeOffset At => write.At;

    public override IReadOnlyList<ResourceChange> Changes { get; } = [.. prepared.Select(each => each.Change)];

    public override async ValueTask<JsonElement?> Read(string type, string id, CancellationToken cancel)
    {
        // What this transaction wrote is at hand already parsed; the last change of a resource wins.
        for (var index = Changes.Count - 1; index >= 0; index--)
        {
            if (Changes[index].Id == id && Changes[index].Type == type) return Changes[index].After;
        }

        var stored = await ReadResources.Current(write, everything, type, id, cancel);
        return stored?.Body is { } body ? OwnReferences.Read(body, own) : null;
    }

    public override async ValueTask<IReadOnlyList<JsonElement>> OfPatient(string type, PatientId patient, CancellationToken cancel)
    {
        if (ofPatient.TryGetValue((type, patient), out var known)) return known;
        var bodies = await write.Query(CurrentOfPatient, [write.Tenant.Value, patient.Value, type], row => (byte[])row.GetValue(0), cancel);
        return ofPatient[(type, patient)] = [.. bodies.Select(body => OwnReferences.Read(body, own))];
    }

    public override async ValueTask<JsonElement?> Setting(string name, CancellationToken cancel)
    {
        if (settings.TryGetValue(name, out var known)) return known;
        return settings[name] = await TenantSettings.Read(write, name, cancel);
    }

    /// <summary>A rule may have named another patient than the resource itself tells; the label is the resource's own.</summary>
    public override void Emit(ResourceChange about, EventData data) =>
        Emitted.Add((data, new PreparedChange(about, prepared.Any(each => each.Sensitive && each.Change.Id == about.Id && each.Change.Type == about.Type))));


    // Bounded: a rule that looks at a patient's allergies or medications does not need the ten-thousandth.
    private static readonly Statement CurrentOfPatient = new("""
        select v.body
        from fhir_compartment c
        join fhir_resource r on r.tenant_id = c.tenant_id and r.rid = c.rid
        join fhir_version v on v.tenant_id = r.tenant_id and v.rid = r.rid and v.version = r.version
        where c.tenant_id = @tenant_id
          and c.patient_id = @patient_id
          and r.type = @type
          and r.deleted = false
        order by r.rid
        limit 1000
        """);
}

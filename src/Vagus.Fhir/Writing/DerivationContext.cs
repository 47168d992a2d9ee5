using System.Data.Common;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;
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
        await write.Query(CurrentOfPatient, [write.Tenant.Value, patient.Value, type], row => Map(type, row), cancel);

    protected override void Add(DerivedEvent derived) => told.Add(derived);

    private Candidate Map(string type, DbDataReader row) =>
        new(type, row.GetString(0), row.GetInt64(1), OwnReferences.Read((byte[])row.GetValue(2), call.Own));

    // Bounded: a rule that looks at a patient's allergies or medications does not need the ten-thousandth.
    private static readonly Statement CurrentOfPatient = new(
        OfPatient(ReachSql.Leading(RidsOfPatient).Sqlite), OfPatient(ReachSql.Leading(RidsOfPatient).Postgres));

    private static string OfPatient(string leading) => $"""
        select r.id, r.version, v.body
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = r.version
        where {leading}
          and r.type_number = {Names.TypeSql("@tenant_id", "@type")}
          and r.deleted = false
        order by r.rid
        limit 1000
        """;

    private static string RidsOfPatient => $"""
        select c.rid
        from fhir_compartment c
        where c.tenant_number = {Names.TenantSql("@tenant_id")}
          and c.patient_id = @patient_id
        """;
}

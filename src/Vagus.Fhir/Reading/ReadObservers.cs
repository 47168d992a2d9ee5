using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Reading;

/// <summary>
/// Records what callers are about to be shown, before they are: in a write of its own, whose commit the answer waits for, or within the
/// transaction that reads. Each is in the audit; most interest no observer, and their entry is all that is written.
/// </summary>
internal sealed class ReadObservers(IEnumerable<IObserveReads> observers, FhirWrites writes, AuditTrail audit)
{
    private readonly ILookup<string, IObserveReads> byType = observers
        .SelectMany(observer => observer.ResourceTypes, (observer, type) => (Type: type, Observer: observer))
        .ToLookup(each => each.Type, each => each.Observer, StringComparer.Ordinal);

    /// <summary>
    /// Null when all is recorded, the entry and what the observers tell. A refusal means that the resource may not be shown.
    /// </summary>
    public async ValueTask<Refusal?> Record(FhirCall call, StoredResource shown, AuditEntry entry, FhirTransaction? within)
    {
        if (call.IsHeadersOnly || !byType.Contains(shown.Type)) return await Record(call, entry, within);
        var resource = OwnReferences.Read(shown.Body, call.Own);
        var interested = byType[shown.Type].Where(observer => observer.IsRecorded(call.Caller, resource)).ToList();
        if (interested.Count == 0) return await Record(call, entry, within);
        if (within is not null)
        {
            await Append(call, shown, resource, interested, within);
            within.Audit(entry);
            return null;
        }

        var recorded = await writes.Run<StoredResource>(call, async transaction =>
        {
            await Append(call, shown, resource, interested, transaction);
            transaction.Audit(entry);
            return shown;
        });
        return recorded.Refusal;
    }

    /// <summary>Records an access that no observer is asked about.</summary>
    public async ValueTask<Refusal?> Record(FhirCall call, AuditEntry entry, FhirTransaction? within)
    {
        if (within is null) return await audit.Append(call.Caller.Tenant, entry);
        within.Audit(entry);
        return null;
    }

    // Asked within the write: a label that was added since the version was read comes before the event in the log.
    private static async ValueTask Append(
        FhirCall call, StoredResource shown, JsonElement resource, IReadOnlyList<IObserveReads> interested, FhirTransaction transaction)
    {
        var standing = await transaction.Queries.Query(
            Standing,
            [call.Caller.Tenant.Value, shown.Version, shown.Type, shown.Rid],
            row => (
                Labels: (Sensitivity)row.GetInt64(0), Released: row.GetBoolean(1), Compartments: CompartmentList.Parse(row.GetString(2))),
            call.Cancel);
        if (standing is not [var first]) return;
        PatientId[] patients = [.. first.Compartments.Patients.Select(patient => new PatientId(patient))];
        var about = new ResourceChange(shown.Type, shown.Id, shown.Version, resource, resource)
        {
            Patients = patients,
            Labels = first.Labels,
            Released = first.Released,
        };
        var read = new ResourceRead(call.Caller, shown.Type, shown.Id, shown.Version, resource, patients, transaction.At);
        foreach (var observer in interested)
        {
            if (await transaction.Ask(observer, read) is { } data) await transaction.Record(about, data);
        }
    }

    // An opening lies in the log behind the label that hid an older version, so it is as hidden as the current version and the opened one
    // together. The patients are those of the write: an address that the request names decides nothing here.
    private static readonly Statement Standing = new($"""
        select r.labels | v.labels,
          case when r.released and v.released then true else false end,
          r.compartments
        from fhir_resource r
        join fhir_version v on v.tenant_id = @tenant_id and v.rid = r.rid and v.version = @version
        where r.type_number = {Names.TypeSql("@tenant_id", "@type")}
          and r.rid = @rid
        """);
}

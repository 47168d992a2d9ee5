using System.Text.Json;
using Vagus.Access.Policies;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Indexing;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// Puts prepared resources in their place within one write: rows, versions, index, and the <c>resource.*</c> event of each. When all are in,
/// <see cref="Changes"/> is what the rules derive the catalogue's events from.
/// </summary>
internal sealed class ResourceWriter(WriteTransaction write, Reach reach, OwnBases own, Func<EventData, PreparedChange, NewEvent> draft)
{
    private readonly List<ResourceChange> changes = [];
    private readonly List<PreparedChange> prepared = [];

    public IReadOnlyList<ResourceChange> Changes => changes;

    public IReadOnlyList<PreparedChange> Prepared => prepared;

    /// <summary>Appends an event that no resource change derives: somebody opened a result.</summary>
    public ValueTask<long> Tell(PreparedChange about, EventData data, CancellationToken cancel) => write.Append(draft(data, about), cancel);

    /// <summary>Creates a resource under an id that the server has just made.</summary>
    public ValueTask<StoredResource> Create(PreparedResource resource, CancellationToken cancel) => Create(resource, "POST", cancel);

    private async ValueTask<StoredResource> Create(PreparedResource resource, string interaction, CancellationToken cancel)
    {
        var rid = await write.NextPosition(cancel);
        var row = await AddVersion(resource, rid, 1, interaction, before: null, cancel);
        write.Insert(Resources, write.Tenant.Value, resource.Type, resource.Id, rid, 1L, row.Position, write.At.ToMicroseconds(), false, resource.Sensitive);
        IndexRows.Add(write, rid, resource);
        IndexRows.Enter(write, rid, resource.Patients, since: 1);
        return row;
    }

    /// <summary>Writes under an id that the client chose: the first version, the next one, or the first after a deletion.</summary>
    public async ValueTask<Outcome<StoredResource>> Put(PreparedResource resource, Precondition condition, CancellationToken cancel)
    {
        var current = await CurrentRow.Find(write, reach, resource.Type, resource.Id, cancel);
        // A condition fails alike for what is hidden and for what is not there: nobody probes with it.
        var visible = current is { WithinReach: true } ? current.Version : (long?)null;
        if (condition.Version is { } asked && asked != visible) return FhirRefusals.StaleVersion;
        if (current is null) return await Create(resource, "PUT", cancel);
        if (!current.WithinReach) return FhirRefusals.NotFound(resource.Type, resource.Id);
        if (condition.Absent && !current.Deleted) return FhirRefusals.AlreadyThere;
        if (WriteRules.RefuseReplacing(resource.Type) is { } kept) return kept;
        var version = current.Version + 1;
        var row = await AddVersion(resource, current.Rid, version, "PUT", current.Body, cancel);
        await write.Later(Move, [version, row.Position, write.At.ToMicroseconds(), false, resource.Sensitive, write.Tenant.Value, current.Rid], cancel);
        await IndexRows.Remove(write, current.Rid, cancel);
        IndexRows.Add(write, current.Rid, resource);
        await IndexRows.Move(write, current, resource.Patients, version, cancel);
        return row;
    }

    /// <summary>Deletes the current version. Deleting what is not there, or is deleted, changes nothing and answers null (R4 §3.1.0.7).</summary>
    public async ValueTask<Outcome<StoredResource?>> Delete(string type, string id, long? ifMatch, CancellationToken cancel)
    {
        var current = await CurrentRow.Find(write, reach, type, id, cancel);
        if (current is null or { WithinReach: false } or { Deleted: true }) return (StoredResource?)null;
        if (ifMatch is not null && ifMatch != current.Version) return FhirRefusals.StaleVersion;

        var version = current.Version + 1;
        var before = Parsed(current.Body);
        var change = new ResourceChange(type, id, version, before, null) { Patient = await PatientOf(current.Rid, before, type, cancel) };
        var sensitive = before is { } old && SecurityLabels.AreSensitive(old);
        var position = await Append(new PreparedChange(change, sensitive), cancel);
        write.Insert(Versions, write.Tenant.Value, current.Rid, version, position, write.At.ToMicroseconds(), "DELETE", sensitive, null);
        await write.Later(MarkDeleted, [version, position, write.At.ToMicroseconds(), write.Tenant.Value, current.Rid], cancel);
        // The compartments stay: who could see the resource may see that it is gone.
        await IndexRows.Remove(write, current.Rid, cancel);
        return new StoredResource { Type = type, Id = id, Rid = current.Rid, Version = version, UpdatedAt = write.At, Position = position, Body = null, Interaction = "DELETE" };
    }

    private async ValueTask<StoredResource> AddVersion(PreparedResource resource, long rid, long version, string interaction, byte[]? before, CancellationToken cancel)
    {
        var body = resource.Body.Stamp(version, write.At);
        var change = new ResourceChange(resource.Type, resource.Id, version, Parsed(before), resource.Document) { Patient = resource.FirstPatient };
        var position = await Append(new PreparedChange(change, resource.Sensitive), cancel);
        write.Insert(Versions, write.Tenant.Value, rid, version, position, write.At.ToMicroseconds(), interaction, resource.Sensitive, body);
        return new StoredResource { Type = resource.Type, Id = resource.Id, Version = version, UpdatedAt = write.At, Position = position, Body = body, Interaction = interaction, Rid = rid, Created = before is null };
    }

    private async ValueTask<long> Append(PreparedChange change, CancellationToken cancel)
    {
        changes.Add(change.Change);
        prepared.Add(change);
        return await write.Append(draft(EventOf(change.Change), change), cancel);
    }

    private static EventData EventOf(ResourceChange change)
    {
        var version = change.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var patient = change.Patient?.Value;
        if (change.After is null) return new ResourceDeleted(change.Type, change.Id, version, change.VersionedReference, patient);
        return change.Before is null
            ? new ResourceCreated(change.Type, change.Id, version, change.VersionedReference, patient)
            : new ResourceUpdated(change.Type, change.Id, version, change.VersionedReference, patient);
    }

    private JsonElement? Parsed(byte[]? body) => body is null ? null : OwnReferences.Read(body, own);

    // The version that goes may have come by another address than this request; the compartments that it was put into say what was found
    // then.
    private async ValueTask<PatientId?> PatientOf(long rid, JsonElement? resource, string type, CancellationToken cancel)
    {
        if (resource is { } known && new CompartmentReader(own).Patients(known, type) is [var first, ..]) return new PatientId(first);
        return await IndexRows.FirstPatient(write, write.Tenant, rid, cancel);
    }

    private static readonly InsertInto Resources = new(
        "fhir_resource",
        ("tenant_id", ColumnType.Text),
        ("type", ColumnType.Text),
        ("id", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("deleted", ColumnType.Boolean),
        ("sensitive", ColumnType.Boolean));

    private static readonly InsertInto Versions = new(
        "fhir_version",
        ("tenant_id", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("interaction", ColumnType.Text),
        ("sensitive", ColumnType.Boolean),
        ("body", ColumnType.Bytes));

    private static readonly Statement Move = new("""
        update fhir_resource
        set version = @version, position = @position, updated_at = @updated_at, deleted = @deleted, sensitive = @sensitive
        where tenant_id = @tenant_id
          and rid = @rid
        """);

    private static readonly Statement MarkDeleted = new("""
        update fhir_resource
        set version = @version, position = @position, updated_at = @updated_at, deleted = true
        where tenant_id = @tenant_id
          and rid = @rid
        """);
}

/// <summary>A change and whether it carries a label that only some may see.</summary>
internal sealed record PreparedChange(ResourceChange Change, bool Sensitive);

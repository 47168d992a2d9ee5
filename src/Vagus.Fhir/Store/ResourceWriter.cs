using System.Text.Json;
using Vagus.Access.Policies;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Interactions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// Puts prepared resources in their place within one write: rows, versions, index, and the <c>resource.*</c> event of each. When all are
/// in,
/// <see cref="Changes"/> is what the rules derive the catalogue's events from.
/// </summary>
internal sealed class ResourceWriter(WriteTransaction write, Caller caller, OwnBases own, Func<EventData, ResourceChange, NewEvent> draft)
{
    private readonly Reach reach = Reach.Of(caller);
    private readonly List<ResourceChange> changes = [];

    public IReadOnlyList<ResourceChange> Changes => changes;

    /// <summary>Appends an event that no resource change derives: somebody opened a result.</summary>
    public ValueTask<long> Tell(ResourceChange about, EventData data, CancellationToken cancel) => write.Append(draft(data, about), cancel);

    /// <summary>Creates a resource under an id that the server has just made.</summary>
    public ValueTask<StoredResource> Create(PreparedResource resource, CancellationToken cancel) => Create(resource, "POST", cancel);

    private async ValueTask<StoredResource> Create(PreparedResource given, string interaction, CancellationToken cancel)
    {
        var resource = await ProvenanceLabels.Inherit(write, given, cancel);
        // A signature may have come before what it signs.
        var hidesSignature = resource.Sensitive && await ProvenanceLabels.Hide(write, resource.Type, resource.Id, cancel);
        var rid = await write.NextPosition(cancel);
        var row = await AddVersion(
            resource, new Placement(rid, 1, interaction), hidesSignature ? FormerReach.Nothing : null, cancel);
        await ResourceRows.Create(write, rid, row.Position, resource, cancel);
        return row;
    }

    /// <summary>Writes under an id that the client chose: the first version, the next one, or the first after a deletion.</summary>
    public async ValueTask<Result<StoredResource>> Put(PreparedResource given, Precondition condition, CancellationToken cancel)
    {
        var current = await CurrentRow.Find(write, reach, given.Type, given.Id, cancel);
        // A condition fails alike for what is hidden and for what is not there: nobody probes with it.
        var visible = current is { WithinReach: true } ? current.Version : (long?)null;
        if (condition.Version is { } asked && asked != visible) return FhirRefusals.StaleVersion;
        if (current is null) return await Create(given, "PUT", cancel);
        if (!current.WithinReach) return FhirRefusals.NotFound(given.Type, given.Id);
        if (condition.Absent && !current.Deleted) return FhirRefusals.AlreadyThere;
        if (WriteRules.RefuseReplacing(given.Type) is { } kept) return kept;

        var before = Parsed(current.Body);
        var resource = WithKeptLabels(given, before);
        var former = Narrowing.Before(current, current.Compartments.Patients, current.Parties);
        var version = current.Version + 1;
        var narrows = Narrowing.Of(current, former, resource, TaskParties.Of(resource));
        if (resource.Sensitive && !current.Sensitive) await ProvenanceLabels.Hide(write, resource.Type, resource.Id, cancel);
        var place = new Placement(current.Rid, version, "PUT") { Before = before, Former = current.Deleted ? null : current };
        var row = await AddVersion(resource, place, narrows, cancel);
        await ResourceRows.Replace(write, current, version, row.Position, resource, cancel);
        // What was signed before a deletion stays as hidden as the versions of then.
        if (current is { Sensitive: true, Deleted: false } && !resource.Sensitive)
        {
            await ProvenanceLabels.Show(write, resource.Type, resource.Id, cancel);
        }

        return row;
    }

    /// <summary>
    /// Deletes the current version. Deleting what is not there, or is deleted, changes nothing and answers null (R4 §3.1.0.7).
    /// </summary>
    public async ValueTask<Result<StoredResource?>> Delete(string type, string id, long? ifMatch, CancellationToken cancel)
    {
        var current = await CurrentRow.Find(write, reach, type, id, cancel);
        if (current is null or { WithinReach: false } or { Deleted: true }) return (StoredResource?)null;
        if (ifMatch is not null && ifMatch != current.Version) return FhirRefusals.StaleVersion;

        var version = current.Version + 1;
        var before = Parsed(current.Body);
        var change = new ResourceChange(type, id, version, before, null)
        {
            Patients = PatientsOf(current, before, type),
            Sensitive = current.Sensitive,
            Released = current.Released,
            WasSensitive = current.Sensitive,
            WasReleased = current.Released,
        };
        var position = await Append(change, current.Parties, narrows: null, cancel);
        write.Insert(
            Versions, write.Tenant.Value, current.Rid, version, position, write.At.ToMicroseconds(), "DELETE",
            current.Sensitive, current.Released, null);
        await ResourceRows.Delete(write, current, type, version, position, cancel);
        return new StoredResource { Type = type, Id = id, Rid = current.Rid, Version = version, UpdatedAt = write.At, Position = position,
            Body = null, Interaction = "DELETE" };
    }

    private PreparedResource WithKeptLabels(PreparedResource resource, JsonElement? before)
    {
        if (before is not { } known || KeptLabels.Merge(known, resource.Body.Read(), caller.SeesSensitive) is not { } labelled)
        {
            return resource;
        }

        return ResourcePreparation.Prepare(labelled, resource.Type, resource.Id, own, rewrite: null);
    }

    private async ValueTask<StoredResource> AddVersion(
        PreparedResource resource, Placement place, FormerReach? narrows, CancellationToken cancel)
    {
        var body = resource.Body.Stamp(place.Version, write.At);
        var change = new ResourceChange(resource.Type, resource.Id, place.Version, place.Before, resource.Document)
        {
            Patients = Ids(resource.Patients),
            Sensitive = resource.Sensitive,
            Released = resource.Released,
            WasSensitive = place.Former?.Sensitive ?? false,
            WasReleased = place.Former?.Released ?? true,
        };
        var position = await Append(change, TaskParties.Of(resource), narrows, cancel);
        write.Insert(
            Versions, write.Tenant.Value, place.Rid, place.Version, position, write.At.ToMicroseconds(), place.Interaction,
            resource.Sensitive, resource.Released, body);
        return new StoredResource
        {
            Type = resource.Type,
            Id = resource.Id,
            Version = place.Version,
            UpdatedAt = write.At,
            Position = position,
            Body = body,
            Interaction = place.Interaction,
            Rid = place.Rid,
            Created = place.Before is null,
        };
    }

    private async ValueTask<long> Append(ResourceChange change, EventAudience? parties, FormerReach? narrows, CancellationToken cancel)
    {
        changes.Add(change);
        return await write.Append(draft(EventOf(change), change) with { Audience = parties, Narrows = narrows }, cancel);
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

    // The version that goes may have come by another address than this request, so the compartments that it was put into name the
    // patients. The body gives no more than their order.
    private PatientId[] PatientsOf(CurrentRow current, JsonElement? resource, string type)
    {
        var named = resource is { } known ? new CompartmentReader(own).Patients(known, type).ToList() : [];
        return Ids(
            [.. current.Compartments.Patients.OrderBy(patient => named.IndexOf(patient) is >= 0 and var place ? place : int.MaxValue)]);
    }

    private static PatientId[] Ids(IReadOnlyList<string> patients) =>
        patients.Count == 0 ? [] : [.. patients.Select(patient => new PatientId(patient))];

    private static readonly InsertInto Versions = new(
        "fhir_version",
        ("tenant_id", ColumnType.Text),
        ("rid", ColumnType.BigInt),
        ("version", ColumnType.BigInt),
        ("position", ColumnType.BigInt),
        ("updated_at", ColumnType.BigInt),
        ("interaction", ColumnType.Text),
        ("sensitive", ColumnType.Boolean),
        ("released", ColumnType.Boolean),
        ("body", ColumnType.Bytes));

    /// <summary>Where a version goes.</summary>
    private sealed record Placement(long Rid, long Version, string Interaction)
    {
        public JsonElement? Before { get; init; }

        /// <summary>The row of the version before; null where there is none or it was a deletion.</summary>
        public CurrentRow? Former { get; init; }
    }
}

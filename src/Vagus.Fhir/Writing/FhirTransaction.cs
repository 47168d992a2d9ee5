using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Events;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Labels;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Writing;

/// <summary>
/// The inside of <see cref="FhirWrites"/>: one write that has its turn. Each change checks that the caller reaches the resource, before and
/// after, and puts its rows and its <c>resource.*</c> event in place.
/// </summary>
internal sealed class FhirTransaction(WriteTransaction write, FhirCall call, EventDrafts drafts)
{
    /// <summary>Resources that one conditional delete takes at most, where its <c>_count</c> asks for several.</summary>
    public const int MostDeleted = 100;

    private readonly List<ResourceChange> changes = [];

    /// <summary>What was changed so far, in order.</summary>
    public IReadOnlyList<ResourceChange> Changes => changes;

    /// <summary>The tenant's index has the words of resources.</summary>
    public bool IndexesWords { get; init; }

    /// <summary>The tenant's uploaded search parameters.</summary>
    public TenantSearches Uploads { get; init; } = TenantSearches.None;

    /// <summary>When this write happens.</summary>
    public DateTimeOffset At => write.At;

    /// <summary>Queries that see what this write did: the door for reads asks them where it reads within a write.</summary>
    public IRunQueries Queries => write;

    /// <summary>Appends an event that no resource change derives: a caller was shown something.</summary>
    public async ValueTask Record(ResourceChange about, EventData data) => await write.Append(drafts.Of(about, data), call.Cancel);

    /// <summary>What an observer tells of a read that this write records.</summary>
    public ValueTask<EventData?> Ask(IObserveReads observer, ResourceRead read) => observer.EventOf(read, write, call.Cancel);

    /// <summary>Writes rows beside the resources, of how far something has come: they commit with what the write did.</summary>
    public async ValueTask Keep(Statement statement, object?[] values) => await write.Execute(statement, values, call.Cancel);

    /// <summary>Records an access within this write: it commits with what the write did.</summary>
    public void Audit(AuditEntry entry) => AuditTrail.Add(write, entry);

    /// <summary>
    /// The version that a change of this write is made from: the caller may read it and change it. It is no read of its own: the change is
    /// what the audit has.
    /// </summary>
    public async ValueTask<Result<StoredResource>> Current(string type, string id)
    {
        if ((call.Refuse(ResourceInteractions.Update, type) ?? call.Refuse(ResourceInteractions.Read, type)) is { } forbidden)
            return forbidden;
        var current = await CurrentRow.Find(write, call.Reach, ResourceInteractions.Update, type, id, call.Cancel);
        var readable = await ReadResources.Current(write, call.Reach, type, id, call.Cancel);
        if (current is not { WithinReach: true } || readable is null) return FhirRefusals.NotFound(type, id);
        return readable.Deleted ? FhirRefusals.Gone(type, id) : readable;
    }

    /// <summary>Creates a resource under an id that the server has just made.</summary>
    public ValueTask<Result<StoredResource>> Create(PreparedResource resource)
    {
        RequireAuthor(resource);
        return Create(resource, ResourceInteractions.Create);
    }

    /// <summary>
    /// A conditional create whose condition found this resource (R4 §3.1.0.8.1): nothing is written, and no content is answered. Null when
    /// the resource is not within reach any more.
    /// </summary>
    public async ValueTask<Result<StoredResource?>> Existing(string type, string id)
    {
        if (call.Refuse(ResourceInteractions.Create, type) is { } forbidden) return forbidden;
        var found = await ReadResources.Found(write, call.Reach, type, id, call.Cancel);
        if (found is null) return (StoredResource?)null;
        Audit(FhirEntries.OfRead(call, AuditActions.Read, found));
        return found with { Body = null, Unread = true };
    }

    /// <summary>Writes under an id that the client chose: the first version, the next one, or the first after a deletion.</summary>
    public async ValueTask<Result<StoredResource>> Put(PreparedResource given, Precondition condition)
    {
        RequireAuthor(given);
        var current = await CurrentRow.Find(write, call.Reach, ResourceInteractions.Update, given.Type, given.Id, call.Cancel);
        // A condition fails alike for a hidden resource and for an absent one: it must not tell that there is one.
        var visible = current is { WithinReach: true } ? current.Version : (long?)null;
        if (condition.Version is { } asked && asked != visible) return FhirRefusals.StaleVersion;
        if (current is null) return await Create(given, ResourceInteractions.Update);
        var isLeft = current.IsLeftWithoutOwner(given.Type);
        if (!current.WithinReach && !isLeft) return FhirRefusals.NotFound(given.Type, given.Id);
        if (condition.Absent && !current.Deleted) return FhirRefusals.AlreadyThere;
        if (WriteRules.RefuseReplacing(call, given.Type) is { } kept) return kept;

        // Whose it was is not known any more: the versions of then are not for its next owner.
        if (isLeft) await ResourceRows.ForgetContents(write, current, call.Cancel);
        return await Replace(current, given, "PUT");
    }

    /// <summary>
    /// Changes the current version by a patch, which is applied here, where nobody else changes it. A patch may test what it changes, so
    /// that the resource must be readable too.
    /// </summary>
    public async ValueTask<Result<StoredResource>> Patch(PatchOfResource patch)
    {
        var (type, id) = (patch.Type, patch.Id);
        if (Rights(type) is { } forbidden) return forbidden;
        var current = await CurrentRow.Find(write, call.Reach, ResourceInteractions.Update, type, id, call.Cancel);
        var readable = await ReadResources.Current(write, call.Reach, type, id, call.Cancel);
        var visible = current is { WithinReach: true } && readable is not null ? current.Version : (long?)null;
        if (patch.IfMatch is { } asked && asked != visible) return FhirRefusals.StaleVersion;
        if (current is null || visible is null) return FhirRefusals.NotFound(type, id);
        if (current.Body is not { } body) return FhirRefusals.Gone(type, id);

        var patched = patch.Change.Apply(body);
        if (patched.Refusal is { } impossible) return impossible;
        var prepared = ResourcePreparation.OfBody(call, ResourceInteractions.Update, type, id, patched.Value, patch.Rewrite);
        if (prepared.Refusal is { } invalid) return invalid;
        return await Replace(current, prepared.Value, "PATCH");

        Refusal? Rights(string of) => call.Refuse(ResourceInteractions.Update, of) ?? call.Refuse(ResourceInteractions.Read, of)
            ?? WriteRules.RefuseReplacing(call, of);
    }

    public Refusal? RefuseDeleting(string type) => FhirWrites.RefuseDeleting(call, type);

    /// <summary>
    /// Deletes the current version. Deleting what is not there, or is deleted, changes nothing and answers null (R4 §3.1.0.7).
    /// </summary>
    public async ValueTask<Result<StoredResource?>> Delete(string type, string id, long? ifMatch)
    {
        if (RefuseDeleting(type) is { } forbidden) return forbidden;
        var current = await CurrentRow.Find(write, call.Reach, ResourceInteractions.Delete, type, id, call.Cancel);
        if (current is null or { WithinReach: false } or { Deleted: true })
        {
            Audit(FhirEntries.Of(call, AuditActions.Delete, $"{type}/{id}"));
            return (StoredResource?)null;
        }

        if (ifMatch is not null && ifMatch != current.Version) return FhirRefusals.StaleVersion;

        var before = Parsed(current.Body);
        var change = new ResourceChange(type, id, current.Version + 1, before, null)
        {
            Patients = PatientsOf(current, before, type),
            Labels = current.Labels,
            Released = current.Released,
            LabelsBefore = current.Labels,
            WasReleased = current.Released,
        };
        var position = await Append(change, current.Parties, narrows: null);
        var row = Row(change, "DELETE", current.Rid, position, body: null);
        ResourceRows.AddVersion(write, row, current.Labels, current.Released, cameBy: null);
        await ResourceRows.Delete(write, current, row, call.Cancel);
        return row;
    }

    private async ValueTask<Result<StoredResource>> Create(PreparedResource given, ResourceInteractions by)
    {
        if (WriteRules.RefuseDelivery(call.Caller, before: null, given) is { } chosen) return chosen;
        var resource = await ProvenanceLabels.Inherit(write, given, call.Cancel);
        // A Provenance may name a target that is created only now.
        var hidesSignature = resource.Labels != Sensitivity.None && await ProvenanceLabels.Hide(write, resource, call.Cancel);
        var rid = await write.NextPosition(call.Cancel);
        var change = ChangeOf(resource, version: 1, before: null);
        var interaction = by == ResourceInteractions.Create ? "POST" : "PUT";
        var row = await AddVersion(resource, change, interaction, rid, hidesSignature ? FormerReach.Nothing : null);
        await ResourceRows.Create(write, row, AsSet(resource), call.Cancel);
        return await LeftReach(resource, by) is { } refused ? refused : row;
    }

    private async ValueTask<Result<StoredResource>> Replace(CurrentRow current, PreparedResource given, string interaction)
    {
        var before = Parsed(current.Body);
        if (WriteRules.RefuseDelivery(call.Caller, before, given) is { } chosen) return chosen;
        var resource = WithKeptLabels(given, before);
        var former = Narrowing.Before(current, current.Compartments.Patients, current.Parties);
        var narrows = Narrowing.Of(current, former, resource, TaskParties.Of(resource));
        if (!current.Labels.Cover(resource.Labels)) await ProvenanceLabels.Hide(write, resource, call.Cancel);
        var change = ChangeOf(resource, current.Version + 1, before) with
        {
            LabelsBefore = current.Deleted ? Sensitivity.None : current.Labels,
            WasReleased = current.Deleted || current.Released,
            PatientsBefore = Ids([.. current.Compartments.Patients]),
        };
        var row = await AddVersion(resource, change, interaction, current.Rid, narrows);
        await ResourceRows.Replace(write, current, row, AsSet(resource), call.Cancel);
        // What was signed before a deletion stays as hidden as the versions of then.
        if (!current.Deleted && !resource.Labels.Cover(current.Labels))
        {
            await ProvenanceLabels.Show(write, resource.Type, resource.Id, call.Cancel);
        }

        return await LeftReach(given, ResourceInteractions.Update) is { } refused ? refused : row;
    }

    /// <summary>With what it is found by because the tenant has set so.</summary>
    private PreparedResource AsSet(PreparedResource resource)
    {
        var uploaded = Uploads.Extract(resource.Document, resource.Type, call.Own);
        if (uploaded is null && !IndexesWords) return resource;
        return resource with { Uploaded = uploaded, Words = IndexesWords ? ResourceWords.Of(resource.Document) : null };
    }

    private PreparedResource WithKeptLabels(PreparedResource resource, JsonElement? before)
    {
        if (before is not { } known) return resource;
        if (KeptLabels.Merge(known, resource.Body.Read(), call.Reach.RoleRows.SeesLabels) is not { } labelled) return resource;
        return ResourcePreparation.Relabelled(resource, labelled, call.Own);
    }

    private async ValueTask<StoredResource> AddVersion(
        PreparedResource resource, ResourceChange change, string interaction, long rid, FormerReach? narrows)
    {
        var position = await Append(change, TaskParties.Of(resource), narrows);
        var row = Row(change, interaction, rid, position, resource.Body.Stamp(change.Version, write.At));
        ResourceRows.AddVersion(write, row, resource.Labels, resource.Released, call.CameBy);
        call.Warnings.SetIndexed(resource);
        return row;
    }

    private async ValueTask<long> Append(ResourceChange change, EventAudience? parties, FormerReach? narrows)
    {
        changes.Add(change);
        return await write.Append(drafts.OfChange(change) with { Audience = parties, Narrows = narrows }, call.Cancel);
    }

    private StoredResource Row(ResourceChange change, string interaction, long rid, long position, byte[]? body) => new()
    {
        Type = change.Type,
        Id = change.Id,
        Version = change.Version,
        UpdatedAt = write.At,
        Position = position,
        Body = body,
        Interaction = interaction,
        Rid = rid,
        Created = change is { Before: null, After: not null },
    };

    private static ResourceChange ChangeOf(PreparedResource resource, long version, JsonElement? before) =>
        new(resource.Type, resource.Id, version, before, resource.Document)
        {
            Patients = Ids(resource.Patients),
            Labels = resource.Labels,
            Released = resource.Released,
            Withheld = resource.Withheld,
        };

    /// <summary>
    /// Refuses a change that leaves the resource out of its author's reach: it would write into a record, or a Task, that is closed to the
    /// author. Labels do not count: a record may be labelled as closed to its author.
    /// </summary>
    private async ValueTask<Refusal?> LeftReach(PreparedResource resource, ResourceInteractions by)
    {
        if (!call.Reach.IsBounded(by, resource.Type)) return null;
        var written = await CurrentRow.Find(write, call.Reach.WithoutLabels, by, resource.Type, resource.Id, call.Cancel);
        return written is { WithinReach: true } ? null : FhirRefusals.OutOfOwnReach;
    }

    private void RequireAuthor(PreparedResource resource)
    {
        if (resource.Author != call.Caller) throw new InvalidOperationException("The resource was prepared for another caller.");
    }

    private JsonElement? Parsed(byte[]? body) => body is null ? null : OwnReferences.Read(body, call.Own);

    // The version that goes may have come by another address than this request, so the compartments that it was put into name the
    // patients. The body gives no more than their order.
    private PatientId[] PatientsOf(CurrentRow current, JsonElement? resource, string type)
    {
        string[] patients = [.. current.Compartments.Patients];
        if (patients.Length < 2) return Ids(patients);
        var named = resource is { } known ? new CompartmentReader(call.Own).Patients(known, type) : [];
        var places = named.Select((patient, place) => (patient, place)).ToDictionary(each => each.patient, each => each.place);
        return Ids([.. patients.OrderBy(patient => places.GetValueOrDefault(patient, int.MaxValue))]);
    }

    private static PatientId[] Ids(IReadOnlyList<string> patients) =>
        patients.Count == 0 ? [] : [.. patients.Select(patient => new PatientId(patient))];
}

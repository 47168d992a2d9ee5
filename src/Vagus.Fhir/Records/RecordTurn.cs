using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Access.Authorization;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Records;

/// <summary>
/// The turn of one write. From its beginning the tenant's head is held: what it reads, nobody changes before it commits.
/// </summary>
public sealed class RecordTurn
{
    private readonly FhirCall call;
    private readonly FhirTransaction transaction;
    private readonly FhirReads reads;
    private readonly IdSource ids;

    internal RecordTurn(FhirCall call, FhirTransaction transaction, FhirReads reads, IdSource ids) =>
        (this.call, this.transaction, this.reads, this.ids) = (call, transaction, reads, ids);

    public CancellationToken Cancel => call.Cancel;

    /// <summary>When the write happens.</summary>
    public DateTimeOffset At => transaction.At;

    /// <summary>The current version, which is shown to the caller: the read is in the audit with the write.</summary>
    public async ValueTask<Result<FhirRecord>> Read(string type, string id) => Record(await reads.Current(call, type, id));

    /// <summary>The version that a change is made from. The caller may read it and change it; the change is what the audit has.</summary>
    public async ValueTask<Result<FhirRecord>> Current(string type, string id) => Record(await transaction.Current(type, id));

    /// <summary>
    /// What the server must know of other records to decide about this write, such as who is booked at that time: also what the caller
    /// does not see. Nothing of it may be shown. Refused where more than <paramref name="most"/> match.
    /// </summary>
    public async ValueTask<Result<IReadOnlyList<FhirRecord>>> Decide(string type, string query, int most)
    {
        var found = await reads.Decide(call, type, query, most);
        return found.Refusal is { } refusal ? refusal : found.Value.Select(each => FhirRecord.Of(each, call.Own)).ToList();
    }

    /// <summary>Queries of a room's own tables; they see what this write did.</summary>
    public IRunQueries Rows => transaction.Queries;

    /// <summary>Writes a row of a room's own tables: it commits with the resources.</summary>
    public ValueTask Keep(Statement statement, object?[] values) => transaction.Keep(statement, values);

    /// <summary>An id for a resource that this turn creates, where others are to refer to it.</summary>
    public string NewId() => ids.NewId();

    /// <summary>Creates a resource, under its id or one that the server makes.</summary>
    public async ValueTask<Result<FhirRecord>> Create(JsonObject resource)
    {
        var id = (string?)resource["id"] ?? ids.NewId();
        resource["id"] = id;
        var prepared = ResourcePreparation.OfBody(call, ResourceInteractions.Create, TypeOf(resource), id, Bytes(resource));
        return prepared.Refusal is { } invalid ? invalid : Record(await transaction.Create(prepared.Value));
    }

    /// <summary>Writes the next version of a resource that this turn has read.</summary>
    public async ValueTask<Result<FhirRecord>> Update(FhirRecord before, JsonObject changed)
    {
        changed["id"] = before.Id;
        var prepared = ResourcePreparation.OfChange(call, TypeOf(changed), before.Id, Bytes(changed), before.Body);
        if (prepared.Refusal is { } invalid) return invalid;
        return Record(await transaction.Put(prepared.Value, new Precondition(before.Version, Absent: false)));
    }

    private static string TypeOf(JsonObject resource) =>
        (string?)resource["resourceType"] ?? throw new ArgumentException("A resource has a type.", nameof(resource));

    private static byte[] Bytes(JsonObject resource) => JsonSerializer.SerializeToUtf8Bytes(resource);

    private Result<FhirRecord> Record(Result<StoredResource> stored) =>
        stored.Refusal is { } refusal ? refusal : FhirRecord.Of(stored.Value, call.Own);
}

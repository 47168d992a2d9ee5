using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Records;

/// <summary>What one call reads and writes. Each read is in the audit before it is answered, each write with its commit.</summary>
public sealed class RecordCall
{
    private readonly FhirCall call;
    private readonly FhirReads reads;
    private readonly FhirWrites writes;
    private readonly IdSource ids;

    internal RecordCall(FhirCall call, FhirReads reads, FhirWrites writes, IdSource ids) =>
        (this.call, this.reads, this.writes, this.ids) = (call, reads, writes, ids);

    public Caller Caller => call.Caller;

    public CancellationToken Cancel => call.Cancel;

    /// <summary>The current version. What is out of the caller's reach is not found.</summary>
    public async ValueTask<Result<FhirRecord>> Read(string type, string id) => Record(await reads.Current(call, type, id));

    public async ValueTask<Result<FhirRecord>> ReadVersion(string type, string id, long version) =>
        Record(await reads.Version(call, type, id, version));

    /// <summary>A page of a search, as <c>/fhir/[type]?[query]</c> gives it.</summary>
    /// <param name="type">The type that is searched.</param>
    /// <param name="query">The parameters, escaped as in an address.</param>
    /// <param name="cursor">Where the page before ended; null: the first page.</param>
    public async ValueTask<Result<RecordPage>> Search(string type, string query, string? cursor = null)
    {
        var asked = cursor is null ? query : $"{query}&{PageCursors.Parameter}={Uri.EscapeDataString(cursor)}";
        var found = await reads.Search(call, type, asked);
        if (found.Refusal is { } refusal) return refusal;
        var page = found.Value;
        return new RecordPage(
            [.. page.Matches.Select(match => FhirRecord.Of(match, call.Own))],
            [.. page.Included.Select(each => FhirRecord.Of(each, call.Own))],
            page.Total, page.Cursor);
    }

    /// <summary>
    /// All that the work writes, in one transaction with its events; a refusal undoes it. The work may run twice: it changes nothing but
    /// by its turn, and waits for nothing else.
    /// </summary>
    public ValueTask<Result<T>> Write<T>(Func<RecordTurn, ValueTask<Result<T>>> work) =>
        writes.Run<T>(call, transaction => Turn(transaction, work));

    /// <summary>The same within a write of another room that has its turn: both commit, or neither does.</summary>
    public ValueTask<Result<T>> Within<T>(WriteTransaction write, Func<RecordTurn, ValueTask<Result<T>>> work) =>
        writes.TakeTurn<T>(call, write, transaction => Turn(transaction, work));

    // What a turn reads counts for this time alone.
    private ValueTask<Result<T>> Turn<T>(FhirTransaction transaction, Func<RecordTurn, ValueTask<Result<T>>> work) =>
        work(new RecordTurn(call with { Bodies = call.Bodies.Copy() }, transaction, reads.Within(transaction), ids));

    private Result<FhirRecord> Record(Result<StoredResource> stored) =>
        stored.Refusal is { } refusal ? refusal : FhirRecord.Of(stored.Value, call.Own);
}

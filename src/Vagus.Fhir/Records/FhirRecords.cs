using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Records;

/// <summary>
/// For rooms with HTTP doors of their own: reads and writes through the doors of this room, as who calls. What the caller may not do at
/// <c>/fhir</c>, it may not do here; validation, labels, events and audit are the same.
/// </summary>
public sealed class FhirRecords
{
    private readonly FhirCalls calls;
    private readonly FhirReads reads;
    private readonly FhirWrites writes;
    private readonly IdSource ids;

    internal FhirRecords(FhirCalls calls, FhirReads reads, FhirWrites writes, IdSource ids) =>
        (this.calls, this.reads, this.writes, this.ids) = (calls, reads, writes, ids);

    /// <summary>One call of the caller of this request.</summary>
    public RecordCall Of(HttpContext http) => new(calls.Of(http) with { Handling = Handling.Strict, LinkQuery = "" }, reads, writes, ids);

    /// <summary>
    /// What the server writes by itself in consequence of what somebody did, such as a study whose last image was stored. No right of that
    /// caller is asked, and nothing of what is read may be shown.
    /// </summary>
    public RecordCall AsServer(Caller by, AuditOrigin origin, CancellationToken cancel) =>
        new(calls.AsServer(by, origin, cancel), reads, writes, ids);
}

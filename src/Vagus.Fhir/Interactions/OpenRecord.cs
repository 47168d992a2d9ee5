using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// For rooms that show a record in a form of their own: the caller opens it, as by reading it. The observers and the audit record it;
/// nothing of it is answered.
/// </summary>
public sealed class OpenRecord
{
    private readonly FhirCalls calls;
    private readonly FhirReads reads;

    internal OpenRecord(FhirCalls calls, FhirReads reads) => (this.calls, this.reads) = (calls, reads);

    /// <summary>
    /// Null once it is recorded. A refusal means that the record is not within the caller's reach, or could not be recorded.
    /// </summary>
    public async ValueTask<Refusal?> Open(HttpContext http, string type, string id) =>
        (await reads.Current(calls.Of(http), type, id)).Refusal;
}

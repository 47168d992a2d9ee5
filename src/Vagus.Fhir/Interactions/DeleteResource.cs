using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>DELETE [base]/[type]/[id] (R4 §3.1.0.7): a new version without content. The history stays.</summary>
internal sealed class DeleteResource(FhirCalls calls, FhirWrites writes)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var ifMatch = ConditionalHeaders.OfDelete(http.Request);
        if (ifMatch.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var deleted = await writes.Delete(calls.Of(http), type, id, ifMatch.Value);
        if (deleted.Refusal is { } refused) return FhirResponses.Refuse(refused);
        return new FhirResponse(StatusCodes.Status204NoContent, ReadOnlyMemory<byte>.Empty) { ETag = deleted.Value?.ETag };
    }
}

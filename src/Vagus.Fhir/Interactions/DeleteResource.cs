using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>DELETE [base]/[type]/[id] (R4 §3.1.0.7): a new version without content. The history stays.</summary>
internal sealed class DeleteResource(FhirOptions options, FhirWrites writes)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (request.RefuseWrite(type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        if (WriteRules.RefuseDelete(type) is { } kept) return FhirResponses.Refuse(kept);
        var ifMatch = ConditionalHeaders.OfDelete(http.Request);
        if (ifMatch.Refusal is { } malformed) return FhirResponses.Refuse(malformed);

        var deleted = await writes.Run(
            request.Caller, request.Own, (writer, _, cancel) => writer.Delete(type, id, ifMatch.Value, cancel), request.Cancel);
        if (deleted.Refusal is { } refused) return FhirResponses.Refuse(refused);
        return new FhirResponse(StatusCodes.Status204NoContent, ReadOnlyMemory<byte>.Empty) { ETag = deleted.Value?.ETag };
    }
}

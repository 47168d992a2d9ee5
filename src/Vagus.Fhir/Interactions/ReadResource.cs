using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Storage;

namespace Vagus.Fhir.Interactions;

/// <summary>GET [base]/[type]/[id] (R4 §3.1.0.2). What is out of the caller's reach is not found: 404, as if it were not there.</summary>
internal sealed class ReadResource(FhirOptions options, Database database, RecordResultViewed opened)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (request.RefuseRead(type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        var stored = await ReadResources.Current(database, request.Reach, type, id, request.Cancel);
        if (stored is null) return FhirResponses.Refuse(FhirRefusals.NotFound(type, id));
        if (stored.Deleted) return FhirResponses.Refuse(FhirRefusals.Gone(type, id));
        if (ConditionalHeaders.NoneMatch(http.Request, stored))
        {
            return new FhirResponse(StatusCodes.Status304NotModified, ReadOnlyMemory<byte>.Empty) { ETag = stored.ETag };
        }

        var refused = await opened.Tell(request, stored, request.Cancel);
        return refused is not null ? FhirResponses.Refuse(refused) : FhirResponse.Of(StatusCodes.Status200OK, stored);
    }
}

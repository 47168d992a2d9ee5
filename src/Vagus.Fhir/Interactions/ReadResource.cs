using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Storage;

namespace Vagus.Fhir.Interactions;

/// <summary>GET [base]/[type]/[id] (R4 §3.1.0.2). What is out of the caller's reach is not found: 404, as if it were not there.</summary>
internal sealed class ReadResource(FhirOptions options, Database database, ResultOpened opened)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (request.CannotRead(type) is { } forbidden) return FhirAnswers.Refuse(forbidden);
        var stored = await ReadResources.Current(database, request.Reach, type, id, request.Cancel);
        if (stored is null) return FhirAnswers.Refuse(FhirRefusals.NotFound(type, id));
        if (stored.Deleted) return FhirAnswers.Refuse(FhirRefusals.Gone(type, id));
        if (ConditionalHeaders.NoneMatch(http.Request, stored))
        {
            return new FhirAnswer(StatusCodes.Status304NotModified, ReadOnlyMemory<byte>.Empty) { ETag = stored.ETag };
        }

        var refused = await opened.Tell(request, stored, request.Cancel);
        return refused is not null ? FhirAnswers.Refuse(refused) : FhirAnswer.Of(StatusCodes.Status200OK, stored);
    }
}

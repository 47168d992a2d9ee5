using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>PUT [base]/[type]/[id] (R4 §3.1.0.4): the next version, or the first under an id that the client chose.</summary>
internal sealed class UpdateResource(FhirOptions options, FhirWrites writes)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (request.RefuseWrite(type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        if (!ResourceId.IsValid(id)) return FhirResponses.Refuse(ResourceId.Invalid);
        var condition = ConditionalHeaders.OfUpdate(http.Request);
        if (condition.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var body = await RequestBody.Read(http.Request, options.BodyBytes, request.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);

        var prepared = ResourcePreparation.Prepare(body.Value, type, id, request.Own, mustHaveId: true);
        if (prepared.Refusal is { } invalid) return FhirResponses.Refuse(invalid);
        if (WriteRules.Refuse(request.Caller, prepared.Value) is { } refusal) return FhirResponses.Refuse(refusal);

        var stored = await writes.Run(
            request.Caller, request.Own, (writer, _, cancel) => writer.Put(prepared.Value, condition.Value, cancel), request.Cancel);
        if (stored.Refusal is { } refused) return FhirResponses.Refuse(refused);
        return FhirResponses.Written(request, stored.Value.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK, stored.Value);
    }
}

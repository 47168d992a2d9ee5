using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Fhir.Http;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>PUT [base]/[type]/[id] (R4 §3.1.0.4): the next version, or the first under an id that the client chose.</summary>
internal sealed class UpdateResource(FhirOptions options, FhirCalls calls, FhirWrites writes)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var call = calls.Of(http);
        if (!ResourceId.IsValid(id)) return FhirResponses.Refuse(ResourceId.Invalid);
        var condition = ConditionalHeaders.OfUpdate(http.Request);
        if (condition.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var body = await RequestBody.ReadResource(http.Request, type, id, options.BodyBytes, call.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var resource = ResourcePreparation.OfBody(call, ResourceInteractions.Update, type, id, body.Value);
        if (resource.Refusal is { } invalid) return FhirResponses.Refuse(invalid);

        var stored = await writes.Put(call, resource.Value, condition.Value);
        if (stored.Refusal is { } refused) return FhirResponses.Refuse(refused);
        var status = stored.Value.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return FhirResponses.Written(http.Request, call, status, stored.Value);
    }
}

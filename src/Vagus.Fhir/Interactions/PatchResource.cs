using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>PATCH [base]/[type]/[id] (R4 §3.1.0.6): JSON Patch or FHIRPath Patch, applied to what is current in its turn.</summary>
internal sealed class PatchResource(FhirOptions options, FhirCalls calls, FhirWrites writes)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var call = calls.Of(http);
        if (!ResourceId.IsValid(id)) return FhirResponses.Refuse(ResourceId.Invalid);
        var ifMatch = ConditionalHeaders.OfChange(http.Request);
        if (ifMatch.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var body = await RequestBody.ReadPatch(http.Request, options.BodyBytes, call.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var patch = PatchBody.Of(body.Value, call.Clock);
        if (patch.Refusal is { } invalid) return FhirResponses.Refuse(invalid);

        var stored = await writes.Patch(call, new PatchOfResource(type, id, patch.Value) { IfMatch = ifMatch.Value });
        return stored.Refusal is { } refused
            ? FhirResponses.Refuse(refused)
            : FhirResponses.Written(http.Request, call, StatusCodes.Status200OK, stored.Value);
    }
}

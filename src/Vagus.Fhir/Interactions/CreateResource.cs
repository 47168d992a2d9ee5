using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>POST [base]/[type] (R4 §3.1.0.8): the server makes the id.</summary>
internal sealed class CreateResource(FhirOptions options, FhirWrites writes, IdSource ids)
{
    public async Task<IResult> Answer(string type, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (request.RefuseWrite(type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        if (http.Request.Headers.ContainsKey("If-None-Exist"))
            return FhirResponses.Refuse(FhirRefusals.NotSupported("Conditional create is supported in transactions only."));
        var body = await RequestBody.Read(http.Request, options.BodyBytes, request.Cancel);
        if (body.Refusal is { } unread) return FhirResponses.Refuse(unread);

        var prepared = ResourcePreparation.Prepare(body.Value, type, ids.NewId(), request.Own);
        if (prepared.Refusal is { } invalid) return FhirResponses.Refuse(invalid);
        if (WriteRules.Refuse(request.Caller, prepared.Value) is { } refusal) return FhirResponses.Refuse(refusal);

        var stored = await writes.Run<StoredResource>(
            request.Caller, request.Own, async (writer, _, cancel) => await writer.Create(prepared.Value, cancel), request.Cancel);
        return stored.Refusal is { } refused
            ? FhirResponses.Refuse(refused) : FhirResponses.Written(request, StatusCodes.Status201Created, stored.Value);
    }
}

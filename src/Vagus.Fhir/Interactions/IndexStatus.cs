using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions.Terminology;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// GET [base]/SearchParameter/[id]/$index-status: how far an uploaded search parameter is indexed, for each type that it is on. One that
/// is not applied has no entry.
/// </summary>
internal sealed class IndexStatus(FhirCalls calls, FhirReads reads, UploadedParameters uploads)
{
    public async Task<IResult> Answer(string id, HttpContext http)
    {
        var call = calls.Of(http);
        var stored = await reads.Current(call, UploadedDefinition.Type, id);
        if (stored.Refusal is { } unknown) return FhirResponses.Refuse(unknown);
        var answer = new ParametersAnswer();
        foreach (var row in await uploads.RowsOf(call.Caller.Tenant, id, call.Cancel))
        {
            answer.Parts(
                "index",
                ParametersAnswer.Part("type", "valueCode", row.Type),
                ParametersAnswer.Part("state", "valueCode", row.State),
                ParametersAnswer.Part("done", "valueInteger", row.Done),
                ParametersAnswer.Part("total", "valueInteger", row.Total < 0 ? null : row.Total));
        }

        return answer.ToResponse();
    }
}

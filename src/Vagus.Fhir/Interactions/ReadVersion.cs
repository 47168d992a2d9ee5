using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Store;
using Vagus.Storage;

namespace Vagus.Fhir.Interactions;

/// <summary>GET [base]/[type]/[id]/_history/[vid] (R4 §3.1.0.3).</summary>
internal sealed class ReadVersion(FhirOptions options, Database database, RecordResultViewed opened)
{
    public async Task<IResult> Answer(string type, string id, string versionId, HttpContext http)
    {
        var request = FhirRequest.Of(http, options);
        if (request.RefuseRead(type) is { } forbidden) return FhirResponses.Refuse(forbidden);
        if (!long.TryParse(versionId, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
            return FhirResponses.Refuse(FhirRefusals.NotFound(type, id));

        var stored = await ReadResources.Version(database, request.Reach, type, id, version, request.Cancel);
        if (stored is null) return FhirResponses.Refuse(FhirRefusals.NotFound(type, id));
        if (stored.Deleted) return FhirResponses.Refuse(FhirRefusals.Gone(type, id));
        var refused = await opened.Tell(request, stored, request.Cancel);
        return refused is not null ? FhirResponses.Refuse(refused) : FhirResponse.Of(StatusCodes.Status200OK, stored);
    }
}

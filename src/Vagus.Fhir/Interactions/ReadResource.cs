using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;

namespace Vagus.Fhir.Interactions;

/// <summary>GET [base]/[type]/[id] (R4 §3.1.0.2). What is out of the caller's reach is not found: 404, as if it were not there.</summary>
internal sealed class ReadResource(FhirCalls calls, FhirReads reads)
{
    public async Task<IResult> Answer(string type, string id, HttpContext http)
    {
        var subset = Subsets.Of(http.Request);
        if (subset.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var read = await reads.Current(calls.Of(http), type, id, ConditionalHeaders.KnownVersion(http.Request));
        if (read.Refusal is { } refused) return FhirResponses.Refuse(refused);
        if (read.Value is { Unread: true, ETag: var tag })
            return new FhirResponse(StatusCodes.Status304NotModified, ReadOnlyMemory<byte>.Empty) { ETag = tag };
        if (BinaryContent.Of(http.Request, read.Value) is { } content)
            return content.Refusal is { } unacceptable ? FhirResponses.Refuse(unacceptable) : content.Value;
        return Subsets.Answer(subset.Value, read.Value);
    }
}

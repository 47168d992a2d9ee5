using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Reading;

namespace Vagus.Fhir.Interactions;

/// <summary>GET [base]/[type]/[id]/_history/[vid] (R4 §3.1.0.3).</summary>
internal sealed class ReadVersion(FhirCalls calls, FhirReads reads)
{
    // Versions count from 1: no resource has this one, and so a text that is no number finds nothing.
    private const long None = 0;

    public async Task<IResult> Answer(string type, string id, string versionId, HttpContext http)
    {
        var version = long.TryParse(versionId, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : None;
        var subset = Subsets.Of(http.Request);
        if (subset.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var read = await reads.Version(calls.Of(http), type, id, version);
        if (read.Refusal is { } refused) return FhirResponses.Refuse(refused);
        if (BinaryContent.Of(http.Request, read.Value) is { } content)
            return content.Refusal is { } unacceptable ? FhirResponses.Refuse(unacceptable) : content.Value;
        return Subsets.Answer(subset.Value, read.Value);
    }
}

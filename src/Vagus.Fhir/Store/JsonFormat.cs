using Microsoft.Net.Http.Headers;

namespace Vagus.Fhir.Store;

/// <summary>The names of the only format there is, JSON of R4.</summary>
internal static class JsonFormat
{
    public static readonly string[] MediaTypes = ["application/fhir+json", "application/json", "text/json", "application/json+fhir"];

    /// <summary>Whether a value of <c>_format</c> asks for JSON. The '+' arrives as a blank where a client did not encode it.</summary>
    public static bool IsNamedBy(string format) =>
        format is "json"
        || (MediaTypeHeaderValue.TryParse(format.Replace("fhir json", "fhir+json", StringComparison.Ordinal), out var type)
            && IsR4(type) && MediaTypes.Any(given => type.MediaType.Equals(given, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Whether a media type asks for this release of FHIR, or for none.</summary>
    public static bool IsR4(MediaTypeHeaderValue type)
    {
        var version = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase));
        return version is null || HeaderUtilities.RemoveQuotes(version.Value).Value is "4.0" or "4.0.1";
    }
}

using Microsoft.Net.Http.Headers;

namespace Vagus.Fhir.Store;

/// <summary>The names of XML of R4.</summary>
internal static class XmlFormat
{
    public static readonly string[] MediaTypes = ["application/fhir+xml", "application/xml", "text/xml", "application/xml+fhir"];

    /// <summary>Whether a value of <c>_format</c> asks for XML. The '+' arrives as a blank where a client did not encode it.</summary>
    public static bool IsNamedBy(string format) =>
        format is "xml"
        || (MediaTypeHeaderValue.TryParse(format.Replace("fhir xml", "fhir+xml", StringComparison.Ordinal), out var type)
            && JsonFormat.IsR4(type) && MediaTypes.Any(given => type.MediaType.Equals(given, StringComparison.OrdinalIgnoreCase)));
}

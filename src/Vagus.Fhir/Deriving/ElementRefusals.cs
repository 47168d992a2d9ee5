using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Deriving;

/// <summary>Refusals of a valid resource by the room that keeps its kind: they name the element that the room has no place for.</summary>
public static class ElementRefusals
{
    /// <param name="element">Where it is, such as <c>Communication.status</c>.</param>
    /// <param name="message">Why not; without anything of the resource's content.</param>
    public static Refusal NotSupported(string element, string message) =>
        new InvalidResource([new FhirIssue(IssueSeverity.Error, Code, message, element)])
        {
            Kind = RefusalKind.Unprocessable, Code = Code, Message = message,
        };

    private const string Code = "not-supported";
}

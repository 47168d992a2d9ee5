using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// Checks a resource against the structure of R4: elements, cardinality, JSON types, primitive formats, choices, references, required
/// codes. FHIRPath invariants and profiles are not looked at. The README says what is lenient, what is strict, and why.
/// </summary>
public static class ResourceValidator
{
    /// <summary>After this many the rest of the resource is not looked at.</summary>
    public const int MostIssues = 50;

    /// <summary>The issues of a document that came through <see cref="FhirJson"/>; none when it is valid.</summary>
    public static IReadOnlyList<FhirIssue> Validate(JsonElement resource, OwnBases own)
    {
        var findings = new Findings();
        new ResourceCheck(findings, own).Root(resource);
        return findings.Issues;
    }
}

namespace Vagus.Fhir.Json;

internal enum IssueSeverity
{
    Error,
    Warning,
    Information,
}

/// <summary>
/// One line of an OperationOutcome. <see cref="Code"/> is of R4's issue-type, <see cref="Diagnostics"/> never holds a value of the resource,
/// <see cref="Expression"/> is the FHIRPath of the element.
/// </summary>
internal sealed record FhirIssue(IssueSeverity Severity, string Code, string Diagnostics, string? Expression = null);

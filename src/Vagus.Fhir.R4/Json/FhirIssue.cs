namespace Vagus.Fhir.R4.Json;

public enum IssueSeverity
{
    Error,
    Warning,
    Information,
}

/// <summary>
/// One line of an OperationOutcome. <see cref="Code"/> is of R4's issue-type, <see cref="Diagnostics"/> never holds a value of the
/// resource, <see cref="Expression"/> is the FHIRPath of the element.
/// </summary>
public sealed record FhirIssue(IssueSeverity Severity, string Code, string Diagnostics, string? Expression = null);

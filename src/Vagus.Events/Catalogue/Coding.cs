namespace Vagus.Events;

/// <summary>A FHIR Coding: SNOMED CT for findings and procedures, LOINC for tests, RxNorm for medication.</summary>
public sealed record Coding(string Code, string? System = null, string? Display = null);

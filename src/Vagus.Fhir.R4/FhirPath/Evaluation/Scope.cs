using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>What <c>$this</c>, <c>$index</c> and <c>$total</c> mean at one place of an evaluation.</summary>
internal sealed record Scope(Collection This, int? Index = null, Collection? Total = null);

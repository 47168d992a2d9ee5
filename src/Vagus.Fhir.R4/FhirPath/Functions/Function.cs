using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>A function and how many arguments it takes.</summary>
internal sealed record Function(int Fewest, int Most, Func<Invocation, Collection> Run);

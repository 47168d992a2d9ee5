using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.FhirPath.Functions;

/// <summary>A function and how many arguments it takes.</summary>
internal sealed record Function(int Fewest, int Most, Func<Invocation, Collection> Run);

using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>A resource that R4 does not allow, with every finding and where it is.</summary>
internal record InvalidResource(IReadOnlyList<FhirIssue> Issues)
    : Refusal(RefusalKind.Invalid, "invalid", "The resource is not valid R4.");

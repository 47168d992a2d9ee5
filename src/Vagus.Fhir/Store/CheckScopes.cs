using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Definitions;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>A scope can be asked when its type exists and the index has each of its searches.</summary>
internal sealed class CheckScopes : ICheckScopes
{
    public Refusal? Check(SmartScope scope)
    {
        if (scope.Type == SmartScope.AnyType) return null;
        if (!R4Definitions.IsResourceType(scope.Type)) return FhirRefusals.NotSupported("There is no such resource type.");
        return scope.Criteria.Select(criterion => ScopeCriterion.Parse(scope.Type, criterion).Refusal)
            .FirstOrDefault(refusal => refusal is not null);
    }
}

using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Identity.Tests;

/// <summary>What the FHIR room would say of a scope; that it does is shown over the whole server.</summary>
internal sealed class AskableScopes : ICheckScopes
{
    public Refusal? Check(SmartScope scope) => scope.Criteria.All(criterion => criterion.Parameter is "category" or "code")
        ? null : new Refusal(RefusalKind.Invalid, "not-supported", "The index has no such parameter.");
}

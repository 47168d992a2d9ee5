using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// Whether the store can ask what a scope names. The room that keeps the records implements it: a scope that it cannot ask is refused when
/// it is requested, not when its token is used.
/// </summary>
public interface ICheckScopes
{
    /// <summary>Null when every row of the scope can be told from the others.</summary>
    Refusal? Check(SmartScope scope);
}

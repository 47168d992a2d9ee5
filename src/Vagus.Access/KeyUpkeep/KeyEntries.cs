using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// What the audit says of the upkeep of keys, which is done by the operator's command line, or by the server when a retention ends.
/// </summary>
internal static class KeyEntries
{
    public static AuditEntry Of(string action, string on, string? detail = null) =>
        AuditActor.Operator.Entry(action) with { On = on, Detail = detail };

    public static AuditEntry Destroyed(AuditActor by, KeyScope scope, int keys) =>
        by.Entry(AuditActions.DestroyKey) with { On = On(scope), Detail = $"keys={keys}" };

    public static AuditEntry NotDestroyed(AuditActor by, KeyScope scope, Refusal why) =>
        by.Entry(AuditActions.DestroyKey) with { On = On(scope), Outcome = AuditOutcome.MinorFailure, Reason = why.Code };

    public static string On(KeyScope scope) => $"KeyScope/{scope.Type}/{scope.Id}";
}

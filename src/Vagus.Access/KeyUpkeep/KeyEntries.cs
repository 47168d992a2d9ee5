using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Access.KeyUpkeep;

/// <summary>What the audit says of the upkeep of keys, which is done by the operator's command line.</summary>
internal static class KeyEntries
{
    public static AuditEntry Of(string action, string on, string? detail = null) =>
        AuditActor.Operator.Entry(action) with { On = on, Detail = detail };

    public static AuditEntry Destroyed(KeyScope scope, int keys) => Of(AuditActions.DestroyKey, On(scope), $"keys={keys}");

    public static AuditEntry NotDestroyed(KeyScope scope, Refusal why) =>
        Of(AuditActions.DestroyKey, On(scope)) with { Outcome = AuditOutcome.MinorFailure, Reason = why.Code };

    public static string On(KeyScope scope) => $"KeyScope/{scope.Type}/{scope.Id}";
}

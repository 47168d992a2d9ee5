using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.SigningIn;

/// <summary>
/// Records sign-ins that failed: in the log of each tenant that knows the address, otherwise, with what was presented as a hash, in that of
/// the tenant that was named, or in the system log where there is no such tenant. Attempts that the throttle turns away are not looked at
/// and not recorded; it bounds what can be recorded.
/// </summary>
internal sealed class FailedSignIns(Database database, AuditTrail audit, AuditSeal seal)
{
    /// <summary>Null once it is recorded; else why the answer is another one.</summary>
    public async ValueTask<Refusal?> Record(
        List<UserRow> candidates, Credentials presented, AuditOrigin origin, Refusal refusal, CancellationToken cancel)
    {
        var entry = AuditEntry.Of(AuditActions.SignIn, origin) with { Outcome = AuditOutcome.MinorFailure, Reason = refusal.Code };
        if (candidates.Count == 0)
        {
            var tenant = await Named(presented, cancel) ?? AuditTrail.System;
            return await audit.Append(tenant, entry with { Detail = $"identifier={seal.Identifier(tenant, presented.Email)}" });
        }

        var records = candidates.Select(user => audit.Append(user.Tenant, entry with { User = user.User, On = $"User/{user.User}" }));
        return (await Task.WhenAll(records)).FirstOrDefault(failed => failed is not null);
    }

    private async ValueTask<TenantId?> Named(Credentials presented, CancellationToken cancel)
    {
        if (presented.Tenant is not { } named || !ChosenId.IsValid(named)) return null;
        var known = await database.QueryOne(FindTenant, [named], row => row.GetString(0), cancel);
        return known is null ? null : new TenantId(known);
    }

    private static readonly Statement FindTenant = new("""
        select tenant_id
        from access_tenant
        where tenant_id = @tenant_id
        """);
}

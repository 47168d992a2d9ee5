using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Access.Sessions;

/// <summary>
/// The callers behind credentials that another server has checked, as NATS does with its users: the operator's configuration names the
/// service account that such a user stands for, and the account must be there and in use at each call.
/// </summary>
public sealed class ServiceCallers(Database database)
{
    private static readonly SessionId WithoutSession = new("");

    /// <summary>Null where the tenant has no such service account, or it is disabled.</summary>
    public async ValueTask<Caller?> Find(TenantId tenant, UserId service, CancellationToken cancel)
    {
        var account = await database.QueryOne(
            FindService, [tenant.Value, service.Value, Role.Service.Name(), false], row => (Labels: row.GetInt64(0), IsThere: true),
            cancel);
        return account.IsThere
            ? new Caller(tenant, service, Role.Service, WithoutSession) { SeesLabels = (Sensitivity)account.Labels } : null;
    }

    private static readonly Statement FindService = new("""
        select labels
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and role = @role
          and disabled = @disabled
        """);
}

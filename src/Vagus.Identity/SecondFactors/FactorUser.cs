using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.SecondFactors;

/// <summary>The user behind a challenge or a caller, with the organization's name.</summary>
internal sealed record FactorUser(UserRow User, string Organization)
{
    /// <summary>Null when there is none, or it may not sign in.</summary>
    public static ValueTask<FactorUser?> Find(Database database, TenantId tenant, UserId user, CancellationToken cancel) =>
        database.QueryOne(
            ById,
            [tenant.Value, user.Value],
            row => new FactorUser(UserRow.Map(row), row.GetString(UserRow.ColumnCount)),
            cancel);

    private static readonly Statement ById = new($"""
        select {UserRow.Columns}, t.name
        from access_user u
        join access_tenant t on t.tenant_id = u.tenant_id
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and not u.disabled
        """);
}

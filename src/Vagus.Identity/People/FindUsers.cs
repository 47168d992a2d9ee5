using System.Data.Common;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.People;

/// <summary>The seam of Access for rooms that do not know accounts.</summary>
internal sealed class FindUsers : IFindUsers
{
    public ValueTask<UserFacts?> Find(IRunQueries queries, TenantId tenant, UserId user, CancellationToken cancel) =>
        queries.QueryOne(ById, [tenant.Value, user.Value], Map, cancel);

    public ValueTask<UserFacts?> OfPractitioner(IRunQueries queries, TenantId tenant, string practitioner, CancellationToken cancel) =>
        queries.QueryOne(ByPractitioner, [tenant.Value, practitioner], Map, cancel);

    public async ValueTask<IReadOnlyList<UserFacts>> WithRole(
        IRunQueries queries, TenantId tenant, Role role, int atMost, CancellationToken cancel) =>
        await queries.Query(ByRole, [tenant.Value, role.Name(), (long)atMost], Map, cancel);

    private static UserFacts Map(DbDataReader row) => new(
        new UserId(row.GetString(0)), row.GetString(1), Roles.Parse(row.GetString(2))!.Value)
    {
        Practitioner = row.IsDBNull(3) ? null : row.GetString(3),
        SeesLabels = (Sensitivity)row.GetInt64(4),
    };

    private static readonly Statement ById = new("""
        select user_id, display_name, role, practitioner_id, labels
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and not disabled
        """);

    private static readonly Statement ByPractitioner = new("""
        select user_id, display_name, role, practitioner_id, labels
        from access_user
        where tenant_id = @tenant_id
          and practitioner_id = @practitioner_id
          and role <> 'patient'
          and not disabled
        order by created_at, user_id
        limit 1
        """);

    private static readonly Statement ByRole = new("""
        select user_id, display_name, role, practitioner_id, labels
        from access_user
        where tenant_id = @tenant_id
          and role = @role
          and not disabled
        order by created_at, user_id
        limit @limit
        """);
}

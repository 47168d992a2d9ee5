using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.OnCall;

/// <summary>Who has a duty at an instant, and who stands in for somebody who is away.</summary>
internal sealed class WhoIsOnCall(IFindUsers users)
{
    private const int LongestChain = 10;
    private const long MostPeople = 10;

    /// <summary>
    /// Those who have the duty, the one whose turn began last first: a short turn goes before the long one that it interrupts.
    /// </summary>
    public async ValueTask<IReadOnlyList<UserFacts>> With(
        IRunQueries queries, TenantId tenant, string duty, DateTimeOffset at, CancellationToken cancel)
    {
        var now = at.ToMicroseconds();
        var ids = await queries.Query(OfDuty, [tenant.Value, duty, now, MostPeople], row => row.GetString(0), cancel);
        var found = new List<UserFacts>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal))
        {
            if (await users.Find(queries, tenant, new UserId(id), cancel) is { } user) found.Add(user);
        }

        return found;
    }

    /// <summary>
    /// The user, or the one who stands in while the user is away, and so on. Null where a chain has no end: it is longer than ten, leads in
    /// a circle, or its last one is away without a stand-in.
    /// </summary>
    public async ValueTask<UserFacts?> StandIn(
        IRunQueries queries, TenantId tenant, UserFacts user, DateTimeOffset at, CancellationToken cancel)
    {
        var met = new HashSet<UserId> { user.User };
        while (await queries.QueryOne(
            Away, [tenant.Value, user.User.Value, at.ToMicroseconds()], row => row.IsDBNull(0) ? "" : row.GetString(0), cancel) is { } next)
        {
            if (met.Count >= LongestChain || !met.Add(new UserId(next))) return null;
            if (await users.Find(queries, tenant, new UserId(next), cancel) is not { } standIn) return null;
            user = standIn;
        }

        return user;
    }

    private static readonly Statement OfDuty = new("""
        select user_id
        from care_on_call
        where tenant_id = @tenant_id
          and duty = @duty
          and starts_at <= @at
          and ends_at > @at
        order by starts_at desc, entry_id desc
        limit @limit
        """);

    private static readonly Statement Away = new("""
        select delegate_id
        from care_out_of_office
        where tenant_id = @tenant_id
          and user_id = @user_id
          and starts_at <= @at
          and ends_at > @at
        """);
}

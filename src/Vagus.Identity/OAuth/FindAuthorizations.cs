using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.OAuth;

/// <summary>
/// The seam of Access for rooms that do not know applications: a user's lasts as long as its session, that of an application which acts for
/// itself as long as its registration.
/// </summary>
internal sealed class FindAuthorizations(Database database, TimeProvider clock) : IFindAuthorizations
{
    public async ValueTask<IReadOnlySet<AppAuthorization>> Holding(
        TenantId tenant, IReadOnlyCollection<AppAuthorization> asked, CancellationToken cancel)
    {
        var found = new HashSet<AppAuthorization>();
        var sessions = asked.Select(each => each.Session?.Value).OfType<string>().ToList();
        if (sessions.Count > 0)
        {
            found.UnionWith(await database.Query(
                LiveSessions, [tenant.Value, JsonSerializer.Serialize(sessions), clock.GetUtcNow().ToMicroseconds()],
                row => new AppAuthorization(row.GetString(0), new SessionId(row.GetString(1))), cancel));
        }

        var services = asked.Where(each => each.Session is null).Select(each => each.App).ToList();
        if (services.Count > 0)
        {
            found.UnionWith(await database.Query(
                Registered, [tenant.Value, JsonSerializer.Serialize(services)],
                row => new AppAuthorization(row.GetString(0), Session: null), cancel));
        }

        found.IntersectWith(asked);
        return found;
    }

    private static readonly Statement LiveSessions = ListSql.With(list => $"""
        select s.app_id, s.session_id
        from access_session s
        join access_app a on a.app_id = s.app_id and a.tenant_id = s.tenant_id
        where s.tenant_id = @tenant_id
          and s.session_id in ({list("sessions")})
          and s.ended_at is null
          and s.ends_at > @now
          and not a.disabled
        """);

    private static readonly Statement Registered = ListSql.With(list => $"""
        select app_id
        from access_app
        where tenant_id = @tenant_id
          and app_id in ({list("apps")})
          and not disabled
        """);
}

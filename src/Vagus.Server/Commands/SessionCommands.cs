using System.CommandLine;
using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus session list</c> and <c>end</c>: who is signed in.</summary>
internal static class SessionCommands
{
    public static Command Create(ServerSettings settings) => new("session", "Live sessions of a tenant.") { List(settings), End(settings) };

    private static Command List(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var user = new Option<string?>("--user") { Description = "Of this user alone, by its id." };
        var list = new Command("list", "Lists live sessions: id, user, role, address, since when, last seen.") { tenant, user };
        list.SetAction((parsed, cancel) => OperatorScope.Run<List<AdministeredSession>>(
            settings.Read(parsed),
            async provider => await All(
                provider.GetRequiredService<AdministerSessions>(), new TenantId(parsed.GetRequiredValue(tenant)),
                parsed.GetValue(user) is { } id ? new UserId(id) : null, cancel),
            all => all.ForEach(session => Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{session.Id} {session.UserId} {session.Role} {session.Address} {session.StartedAt:O} {session.LastSeenAt:O}"))),
            cancel));
        return list;
    }

    private static Command End(ServerSettings settings)
    {
        var session = new Argument<string>("session") { Description = "The session's id." };
        var tenant = new Option<string>("--tenant") { Required = true };
        var end = new Command("end", "Ends a session and its live connections.") { session, tenant };
        end.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<AdministerSessions>().End(
                AuditActor.Operator, new TenantId(parsed.GetRequiredValue(tenant)), new SessionId(parsed.GetRequiredValue(session)),
                cancel),
            ended => Console.WriteLine($"session {ended} ended"),
            cancel));
        return end;
    }

    private static async ValueTask<List<AdministeredSession>> All(
        AdministerSessions sessions, TenantId tenant, UserId? user, CancellationToken cancel)
    {
        var all = new List<AdministeredSession>();
        string? after = null;
        do
        {
            var page = await sessions.List(tenant, user, after, limit: 200, cancel);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }
}

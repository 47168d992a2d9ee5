using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.BreakingGlass;

/// <summary>
/// Ends what <see cref="BreakTheGlass"/> opened: by the caller, by time, or with its session. Access ends with the instant or the session
/// itself; the row and the audit's entry follow in the write that ends the session, or within seconds of the instant.
/// </summary>
internal sealed class EndBreakGlass(Database database, GroupCommit commit, SessionAuthentication sessions, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private const int Batch = 500;

    public static void Map(IEndpointRouteBuilder patient) => patient.MapDelete(
        "/break-glass", (string patientId, HttpContext http, EndBreakGlass use, CancellationToken cancel) =>
            use.Answer(new PatientId(patientId), http, cancel))
        .RequireCaller(BreakGlassPolicy.Clinical).Audits(AuditActions.EndBreakGlass);

    /// <summary>Within the write that ends the session.</summary>
    public static async ValueTask OfSession(WriteTransaction write, SessionId session, CancellationToken cancel)
    {
        foreach (var open in await write.Query(OpenOfSession, [write.Tenant.Value, session.Value], OpenGlass.Map, cancel))
            await End(write, open, "session-end", AuditOrigin.Unknown, cancel);
    }

    /// <summary>Ends what is overdue. Every process looks; the end is conditional, so one of them makes it.</summary>
    public async Task Look(CancellationToken cancel)
    {
        var due = await database.Query(
            Overdue,
            [clock.GetUtcNow().ToMicroseconds(), (long)Batch],
            row => (Tenant: new TenantId(row.GetString(0)), Open: OpenGlass.Map(row, first: 1)),
            cancel);
        foreach (var (tenant, open) in due)
        {
            var ended = await commit.Write<bool>(
                tenant, async (write, token) => await End(write, open, "time", AuditOrigin.Unknown, token), cancel);
            if (ended is { IsRefused: false, Value: true }) sessions.RightsHaveChanged(tenant, open.Session);
        }
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Answer(PatientId patient, HttpContext http, CancellationToken cancel)
    {
        var (caller, origin) = (http.Caller(), AuditOrigin.Of(http));
        var ended = await commit.Write<bool>(
            caller.Tenant,
            async (write, token) =>
            {
                var open = await write.Query(OpenOfSession, [write.Tenant.Value, caller.Session.Value], OpenGlass.Map, token);
                return open.Find(each => each.Patient == patient) is { } mine && await End(write, mine, "caller", origin, token) ? true : NotOpen;
            },
            cancel);
        if (ended.Refusal is { } refusal) return refusal.ToProblem();

        sessions.RightsHaveChanged(caller.Tenant, caller.Session);
        return TypedResults.NoContent();
    }

    private static async ValueTask<bool> End(
        WriteTransaction write, OpenGlass open, string why, AuditOrigin origin, CancellationToken cancel)
    {
        if (await write.Execute(EndOne, [write.At.ToMicroseconds(), why, write.Tenant.Value, open.Id], cancel) == 0) return false;
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.EndBreakGlass, origin) with
        {
            User = open.User,
            Role = open.Role,
            Session = open.Session,
            Purpose = open.Purpose,
            On = $"Patient/{open.Patient}",
            Patients = [open.Patient],
            Detail = $"break-glass={open.Id},by={why}",
        });
        return true;
    }

    /// <summary>A row that has not ended.</summary>
    private sealed record OpenGlass(string Id, SessionId Session, UserId User, Role? Role, PatientId Patient, string Purpose)
    {
        public const string Columns = "glass_id, session_id, user_id, role, patient_id, purpose";

        public static OpenGlass Map(DbDataReader row) => Map(row, first: 0);

        public static OpenGlass Map(DbDataReader row, int first) => new(
            row.GetString(first), new SessionId(row.GetString(first + 1)), new UserId(row.GetString(first + 2)),
            Roles.Parse(row.GetString(first + 3)), new PatientId(row.GetString(first + 4)), row.GetString(first + 5));
    }

    private static readonly Refusal NotOpen = new(
        RefusalKind.NotFound, "break_glass_not_found", "Your session does not have this patient's records open.");

    private static readonly Statement OpenOfSession = new($"""
        select {OpenGlass.Columns}
        from access_break_glass
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
        order by begun_at
        """);

    private static readonly Statement Overdue = new($"""
        select tenant_id, {OpenGlass.Columns}
        from access_break_glass
        where ended_at is null
          and ends_at <= @now
        order by ends_at
        limit @limit
        """);

    private static readonly Statement EndOne = new("""
        update access_break_glass
        set ended_at = @ended_at, changed_at = @ended_at, ended_why = @ended_why
        where tenant_id = @tenant_id
          and glass_id = @glass_id
          and ended_at is null
        """);
}

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
            var ended = await commit.Write<GlassChange>(
                tenant,
                async (write, token) => await open.End(write, "time", AuditOrigin.Unknown, token) ? open.ChangeIn(write) : NotOpen,
                cancel);
            if (!ended.IsRefused) sessions.RightsHaveChanged(ended.Value);
        }
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Answer(PatientId patient, HttpContext http, CancellationToken cancel)
    {
        var (caller, origin) = (http.Caller(), AuditOrigin.Of(http));
        var ended = await commit.Write<GlassChange>(
            caller.Tenant,
            async (write, token) =>
            {
                var open = await OpenGlass.OfSession(write, caller.Session, token);
                var mine = open.Find(each => each.Patient == patient);
                return mine is not null && await mine.End(write, "caller", origin, token) ? mine.ChangeIn(write) : NotOpen;
            },
            cancel);
        if (ended.Refusal is { } refusal) return refusal.ToProblem();

        sessions.RightsHaveChanged(ended.Value);
        return TypedResults.NoContent();
    }

    private static readonly Refusal NotOpen = new(
        RefusalKind.NotFound, "break_glass_not_found", "Your session does not have this patient's records open.");

    private static readonly Statement Overdue = new($"""
        select tenant_id, {OpenGlass.Columns}
        from access_break_glass
        where ended_at is null
          and ends_at <= @now
          and {NotStopped.Sql}
        order by ends_at
        limit @limit
        """);
}

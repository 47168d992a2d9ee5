using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Care.Requests;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.OnCall;

/// <summary>
/// <c>GET /api/on-call</c>: the schedule from now on and who is away. <c>POST /api/on-call</c> adds a turn, <c>DELETE /api/on-call/{id}</c>
/// takes one out; both are the administrator's.
/// </summary>
internal sealed class ScheduleOnCall(Database database, GroupCommit commit, IFindUsers users, IdSource ids, TimeProvider clock)
{
    private const long MostTurns = 500;
    private static readonly string[] Fields = ["duty", "userId", "from", "until"];
    private static readonly TimeSpan LongestTurn = TimeSpan.FromDays(366);

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/api/on-call", (HttpContext http, ScheduleOnCall use) => use.Show(http))
            .RequireCaller(Duty.Roles)
            .AuditsNothing("it holds nothing of any patient");
        endpoints.MapPost("/api/on-call", (HttpContext http, ScheduleOnCall use) => use.Add(http))
            .Require(Policy.Admin)
            .Audits(AuditActions.ChangeOnCall);
        endpoints.MapDelete("/api/on-call/{id}", (string id, HttpContext http, ScheduleOnCall use) => use.Remove(id, http))
            .Require(Policy.Admin)
            .Audits(AuditActions.ChangeOnCall);
    }

    private async Task<Ok<OnCallAnswer>> Show(HttpContext http)
    {
        var (tenant, now, cancel) = (http.Caller().Tenant, clock.GetUtcNow(), http.RequestAborted);
        var turns = await database.Query(
            Turns, [tenant.Value, now.ToMicroseconds(), MostTurns],
            row => new OnCallTurn(row.GetString(0), row.GetString(1), row.GetString(2), Instant.FromMicroseconds(row.GetInt64(3)),
                Instant.FromMicroseconds(row.GetInt64(4))),
            cancel);
        var away = await database.Query(
            AllAway, [tenant.Value, now.ToMicroseconds(), MostTurns],
            row => new OutOfOffice(row.GetString(0), Instant.FromMicroseconds(row.GetInt64(1)), Instant.FromMicroseconds(row.GetInt64(2)),
                row.IsDBNull(3) ? null : row.GetString(3)),
            cancel);
        return TypedResults.Ok(new OnCallAnswer(turns, away));
    }

    private async Task<Results<Created<OnCallTurn>, ProblemHttpResult>> Add(HttpContext http)
    {
        var asked = await Read(http);
        if (asked.Refusal is { } invalid) return invalid.ToProblem();
        var (turn, caller, actor) = (asked.Value, http.Caller(), AuditActor.Of(http));
        var added = await commit.Write<bool>(
            caller.Tenant,
            async (write, cancel) =>
            {
                if (await users.Find(write, write.Tenant, new UserId(turn.UserId), cancel) is not { } user || !user.Role.IsStaff())
                    return NoUser;
                if (!Duty.Roles.Contains(user.Role)) return CannotAnswer;
                write.Insert(
                    Rows, write.Tenant.Value, turn.Id, turn.Duty, turn.UserId, turn.From.ToMicroseconds(), turn.Until.ToMicroseconds());
                AuditTrail.Add(write, actor.Entry(AuditActions.ChangeOnCall) with
                {
                    On = $"OnCall/{turn.Id}", Detail = $"duty={turn.Duty},user={turn.UserId}",
                });
                return true;
            },
            http.RequestAborted);
        return added.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Created($"/api/on-call/{turn.Id}", turn);
    }

    private async ValueTask<Result<OnCallTurn>> Read(HttpContext http)
    {
        var fields = await BodyFields.Read(http.Request, Fields, http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable;
        var (duty, user) = (fields.Value.Text("duty"), fields.Value.Text("userId"));
        var (from, until) = (fields.Value.Instant("from"), fields.Value.Instant("until"));
        if ((duty.Refusal ?? user.Refusal ?? from.Refusal ?? until.Refusal) is { } refusal) return refusal;
        if (!Duty.All.Contains(duty.Value)) return FieldRefusals.Wrong("duty", $"one of {string.Join(", ", Duty.All)}");
        if (until.Value <= from.Value || until.Value - from.Value > LongestTurn)
            return FieldRefusals.Wrong("until", "later than 'from', by a year at most");
        return new OnCallTurn(ids.NewId(), duty.Value, user.Value, from.Value.ToUniversalTime(), until.Value.ToUniversalTime());
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Remove(string id, HttpContext http)
    {
        var (caller, actor) = (http.Caller(), AuditActor.Of(http));
        var removed = await commit.Write<bool>(
            caller.Tenant,
            async (write, cancel) =>
            {
                if (!ChosenId.IsFhirId(id) || await write.Execute(Delete, [write.Tenant.Value, id], cancel) == 0) return NoTurn;
                AuditTrail.Add(write, actor.Entry(AuditActions.ChangeOnCall) with { On = $"OnCall/{id}", Detail = "removed" });
                return true;
            },
            http.RequestAborted);
        return removed.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    internal static readonly Refusal NoUser = new(RefusalKind.Unprocessable, "unknown_user", "There is no such member of staff.");

    private static readonly Refusal CannotAnswer = new(
        RefusalKind.Unprocessable, "cannot_have_duty",
        "The role of this user may not answer alerts. Duties are for providers, nurses, medical assistants and administrators.");

    private static readonly Refusal NoTurn = new(RefusalKind.NotFound, "turn_not_found", "There is no such turn.");

    private static readonly InsertInto Rows = new(
        "care_on_call", ("tenant_id", ColumnType.Text), ("entry_id", ColumnType.Text), ("duty", ColumnType.Text),
        ("user_id", ColumnType.Text), ("starts_at", ColumnType.BigInt), ("ends_at", ColumnType.BigInt));

    private static readonly Statement Turns = new("""
        select entry_id, duty, user_id, starts_at, ends_at
        from care_on_call
        where tenant_id = @tenant_id
          and ends_at > @now
        order by starts_at, entry_id
        limit @limit
        """);

    private static readonly Statement AllAway = new("""
        select user_id, starts_at, ends_at, delegate_id
        from care_out_of_office
        where tenant_id = @tenant_id
          and ends_at > @now
        order by starts_at, user_id
        limit @limit
        """);

    private static readonly Statement Delete = new("""
        delete from care_on_call
        where tenant_id = @tenant_id
          and entry_id = @entry_id
        """);
}

/// <summary>Turns that are not over, and who is away; each at most 500, by their beginning.</summary>
internal sealed record OnCallAnswer(IReadOnlyList<OnCallTurn> Items, IReadOnlyList<OutOfOffice> OutOfOffice);

internal sealed record OnCallTurn(string Id, string Duty, string UserId, DateTimeOffset From, DateTimeOffset Until);

internal sealed record OutOfOffice(string UserId, DateTimeOffset From, DateTimeOffset Until, string? DelegateTo);

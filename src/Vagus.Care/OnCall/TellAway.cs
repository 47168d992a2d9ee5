using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Care.Requests;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.OnCall;

/// <summary>
/// <c>PUT</c> and <c>DELETE /api/on-call/out-of-office</c>: the caller is away, and who stands in. The last word counts. Whom a chain of
/// stand-ins leads to is decided when it is needed (<see cref="WhoIsOnCall.StandIn"/>).
/// </summary>
internal sealed class TellAway(GroupCommit commit, IFindUsers users)
{
    private const string Path = "/api/on-call/out-of-office";
    private static readonly string[] Fields = ["from", "until", "delegateTo"];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPut(Path, (HttpContext http, TellAway use) => use.Put(http))
            .RequireCaller(Duty.Roles)
            .Audits(AuditActions.ChangeOnCall);
        endpoints.MapDelete(Path, (HttpContext http, TellAway use) => use.End(http))
            .RequireCaller(Duty.Roles)
            .Audits(AuditActions.ChangeOnCall);
    }

    private async Task<Results<Ok<OutOfOffice>, ProblemHttpResult>> Put(HttpContext http)
    {
        var fields = await BodyFields.Read(http.Request, Fields, http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var (from, until) = (fields.Value.Instant("from"), fields.Value.Instant("until"));
        var delegateTo = fields.Value.OptionalText("delegateTo", 128);
        if ((from.Refusal ?? until.Refusal ?? delegateTo.Refusal) is { } refusal) return refusal.ToProblem();
        if (until.Value <= from.Value) return FieldRefusals.Wrong("until", "later than 'from'").ToProblem();
        var caller = http.Caller();
        var away = new OutOfOffice(caller.User.Value, from.Value.ToUniversalTime(), until.Value.ToUniversalTime(), delegateTo.Value);
        var told = await commit.Write<bool>(
            caller.Tenant, (write, cancel) => Write(write, away, AuditActor.Of(http), cancel), http.RequestAborted);
        return told.Refusal is { } no ? no.ToProblem() : TypedResults.Ok(away);
    }

    private async ValueTask<Result<bool>> Write(WriteTransaction write, OutOfOffice away, AuditActor actor, CancellationToken cancel)
    {
        if (away.DelegateTo == away.UserId) return OwnStandIn;
        if (away.DelegateTo is { } id
            && (await users.Find(write, write.Tenant, new UserId(id), cancel) is not { } user || !user.Role.IsStaff()))
        {
            return ScheduleOnCall.NoUser;
        }

        await write.Queue(
            Upsert, [write.Tenant.Value, away.UserId, away.From.ToMicroseconds(), away.Until.ToMicroseconds(), away.DelegateTo], cancel);
        AuditTrail.Add(write, actor.Entry(AuditActions.ChangeOnCall) with
        {
            On = $"User/{away.UserId}", Detail = away.DelegateTo is null ? "away" : $"away,delegate={away.DelegateTo}",
        });
        return true;
    }

    private async Task<Results<NoContent, ProblemHttpResult>> End(HttpContext http)
    {
        var (caller, actor) = (http.Caller(), AuditActor.Of(http));
        var ended = await commit.Write<bool>(
            caller.Tenant,
            async (write, cancel) =>
            {
                await write.Queue(Delete, [write.Tenant.Value, caller.User.Value], cancel);
                AuditTrail.Add(write, actor.Entry(AuditActions.ChangeOnCall) with { On = $"User/{caller.User}", Detail = "back" });
                return true;
            },
            http.RequestAborted);
        return ended.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static readonly Refusal OwnStandIn = new(RefusalKind.Unprocessable, "own_delegate", "A user cannot be their own stand-in.");

    private static readonly Statement Upsert = new("""
        insert into care_out_of_office (tenant_id, user_id, starts_at, ends_at, delegate_id)
        values (@tenant_id, @user_id, @starts_at, @ends_at, @delegate_id)
        on conflict (tenant_id, user_id)
          do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, delegate_id = excluded.delegate_id
        """);

    private static readonly Statement Delete = new("""
        delete from care_out_of_office
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Canned;

/// <summary>
/// <c>POST /api/canned-responses</c>, <c>PUT …/{id}</c> and <c>DELETE …/{id}</c>: the row stays, and its shortcode is free again. The
/// tenant's head is held meanwhile, so that two do not take one shortcode.
/// </summary>
internal sealed class ChangeCanned(CannedResponses responses, GroupCommit commit, IdSource ids)
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapPost("/", (HttpContext http, ChangeCanned use) => use.Add(http)).Audits(AuditActions.Create);
        group.MapPut("/{id}", (string id, HttpContext http, ChangeCanned use) => use.Put(id, http)).Audits(AuditActions.Update);
        group.MapDelete("/{id}", (string id, HttpContext http, ChangeCanned use) => use.Delete(id, http)).Audits(AuditActions.Delete);
    }

    private async Task<Results<Created<CannedAnswer>, ProblemHttpResult>> Add(HttpContext http)
    {
        var request = await Read(http);
        if (request.Refusal is { } malformed) return malformed.ToProblem();
        var (caller, id) = (http.Caller(), ids.NewId());
        // The defaults come first: whose shortcodes they take is not decided by who is faster.
        await responses.Of(caller, http.RequestAborted);
        var added = await Write(http, AuditActions.Create, id, (write, cancel) => Add(write, caller, id, request.Value, cancel));
        return added.Refusal is { } refused ? refused.ToProblem()
            : TypedResults.Created($"/api/canned-responses/{id}", CannedAnswer.Of(added.Value, caller));
    }

    private async Task<Results<Ok<CannedAnswer>, ProblemHttpResult>> Put(string id, HttpContext http)
    {
        var request = await Read(http);
        if (request.Refusal is { } malformed) return malformed.ToProblem();
        var caller = http.Caller();
        var changed = await Write(http, AuditActions.Update, id, (write, cancel) => Put(write, caller, id, request.Value, cancel));
        return changed.Refusal is { } refused ? refused.ToProblem() : TypedResults.Ok(CannedAnswer.Of(changed.Value, caller));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Delete(string id, HttpContext http)
    {
        var caller = http.Caller();
        var deleted = await Write(http, AuditActions.Delete, id, async (write, cancel) =>
        {
            var found = await Changeable(write, caller, id, cancel);
            if (found.IsRefused) return found;
            await write.Queue(Remove, [write.At.ToMicroseconds(), write.Tenant.Value, id], cancel);
            return found;
        });
        return deleted.Refusal is { } refused ? refused.ToProblem() : TypedResults.NoContent();
    }

    private static async ValueTask<Result<CannedRequest>> Read(HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, CannedRequest.Fields);
        return fields.Refusal is { } unread ? unread : CannedRequest.Read(fields.Value);
    }

    private async ValueTask<Result<CannedResponse>> Write(
        HttpContext http, string action, string id, Func<WriteTransaction, CancellationToken, ValueTask<Result<CannedResponse>>> work)
    {
        var actor = AuditActor.Of(http);
        return await commit.Write<CannedResponse>(
            http.Caller().Tenant,
            async (write, cancel) =>
            {
                await write.NextPosition(cancel);
                var done = await work(write, cancel);
                if (!done.IsRefused) AuditTrail.Add(write, actor.Entry(action) with { On = $"CannedResponse/{id}" });
                return done;
            },
            http.RequestAborted);
    }

    private static async ValueTask<Result<CannedResponse>> Add(
        WriteTransaction write, Caller caller, string id, CannedRequest request, CancellationToken cancel)
    {
        var owner = request.Shared == true ? "" : caller.User.Value;
        if (await IsFull(write, owner, cancel)) return TooMany;
        if (await IsTaken(write, owner, id, request.Shortcode, cancel)) return ShortcodeTaken;
        write.Insert(
            Rows, write.Tenant.Value, id, owner, caller.User.Value, request.Title, request.Content, request.Category, request.Shortcode, 0L,
            1L, write.At.ToMicroseconds());
        return new CannedResponse
        {
            Id = id,
            Owner = owner.Length == 0 ? null : owner,
            CreatedBy = caller.User.Value,
            Title = request.Title,
            Content = request.Content,
            Category = request.Category,
            Shortcode = request.Shortcode,
        };
    }

    private static async ValueTask<Result<CannedResponse>> Put(
        WriteTransaction write, Caller caller, string id, CannedRequest request, CancellationToken cancel)
    {
        var found = await Changeable(write, caller, id, cancel);
        if (found.IsRefused) return found;
        var canned = found.Value;
        if (request.Version is { } version && version != canned.Version) return StaleVersion;
        // One's own may be shared, and one's shared ones taken back.
        var owner = (request.Shared ?? canned.IsShared) ? "" : canned.Owner ?? canned.CreatedBy ?? caller.User.Value;
        if (owner != (canned.Owner ?? "") && await IsFull(write, owner, cancel)) return TooMany;
        if (await IsTaken(write, owner, id, request.Shortcode, cancel)) return ShortcodeTaken;
        await write.Queue(
            Update,
            [
                owner, request.Title, request.Content, request.Category, request.Shortcode, write.At.ToMicroseconds(), write.Tenant.Value,
                id,
            ],
            cancel);
        return canned with
        {
            Owner = owner.Length == 0 ? null : owner,
            Title = request.Title,
            Content = request.Content,
            Category = request.Category,
            Shortcode = request.Shortcode,
            Version = canned.Version + 1,
        };
    }

    private static async ValueTask<Result<CannedResponse>> Changeable(
        WriteTransaction write, Caller caller, string id, CancellationToken cancel)
    {
        if (await CannedResponses.Find(write, caller, id, cancel) is not { } canned) return MessagingRefusals.NoCanned;
        return canned.MayBeChangedBy(caller) ? canned : NotYours;
    }

    private static async ValueTask<bool> IsFull(WriteTransaction write, string owner, CancellationToken cancel) => await write.QueryOne(
        HowMany, [write.Tenant.Value, owner], row => row.GetInt64(0), cancel) >= CannedResponses.MostOfScope;

    private static async ValueTask<bool> IsTaken(
        WriteTransaction write, string owner, string id, string? shortcode, CancellationToken cancel) =>
        shortcode is not null && await write.QueryOne(
            WithShortcode, [write.Tenant.Value, owner, shortcode, id], row => row.GetInt64(0), cancel) > 0;

    private static readonly Refusal ShortcodeTaken = new(
        RefusalKind.Conflict, "shortcode_taken", "Another canned response has this shortcode.");

    private static readonly Refusal StaleVersion = new(
        RefusalKind.Conflict, "stale_version", "The canned response was changed meanwhile. Load it again.");

    private static readonly Refusal NotYours = new(
        RefusalKind.Forbidden, "forbidden", "A shared canned response is changed by its author or an administrator.");

    private static readonly Refusal TooMany = new(
        RefusalKind.Conflict, "too_many", $"There are at most {CannedResponses.MostOfScope} shared and as many of one's own.");

    private static readonly InsertInto Rows = new(
        "messaging_canned",
        ("tenant_id", ColumnType.Text), ("canned_id", ColumnType.Text), ("owner_id", ColumnType.Text), ("created_by", ColumnType.Text),
        ("title", ColumnType.Text), ("content", ColumnType.Text), ("category", ColumnType.Text), ("shortcode", ColumnType.Text),
        ("usage_count", ColumnType.BigInt), ("version", ColumnType.BigInt), ("changed_at", ColumnType.BigInt));

    private static readonly Statement HowMany = new("""
        select count(*)
        from messaging_canned
        where tenant_id = @tenant_id
          and owner_id = @owner_id
          and deleted_at is null
        """);

    private static readonly Statement WithShortcode = new("""
        select count(*)
        from messaging_canned
        where tenant_id = @tenant_id
          and owner_id = @owner_id
          and lower(shortcode) = lower(@shortcode)
          and canned_id <> @canned_id
          and deleted_at is null
        """);

    private static readonly Statement Update = new("""
        update messaging_canned
        set owner_id = @owner_id, title = @title, content = @content, category = @category, shortcode = @shortcode,
          version = version + 1, changed_at = @changed_at
        where tenant_id = @tenant_id
          and canned_id = @canned_id
        """);

    private static readonly Statement Remove = new("""
        update messaging_canned
        set deleted_at = @deleted_at
        where tenant_id = @tenant_id
          and canned_id = @canned_id
        """);
}

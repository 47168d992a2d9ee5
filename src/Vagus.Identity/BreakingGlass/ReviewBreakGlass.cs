using System.Data.Common;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Identity.Doors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.BreakingGlass;

/// <summary>
/// What an administrator sees of the emergencies of its tenant, and its verdict on each: by name, once, and never on one of its own.
/// </summary>
internal sealed class ReviewBreakGlass(Database database, GroupCommit commit, AuditTrail audit, RootKey root)
{
    internal const string NotePurpose = "break-glass-note";
    private const int LongestNote = 1000;
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private static readonly string[] Fields = ["verdict", "note"];

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/break-glass", (string? state, string? after, int? limit, HttpContext http, ReviewBreakGlass use,
            CancellationToken cancel) => use.List(state, after, limit, http, cancel)).Audits(AuditActions.ReadAudit);
        admin.MapPost("/break-glass/{id}/review", (string id, HttpContext http, ReviewBreakGlass use, CancellationToken cancel) =>
            use.Review(id, http, cancel)).Audits(AuditActions.ReviewBreakGlass);
    }

    private async Task<Results<Ok<BreakGlassPage>, ProblemHttpResult>> List(
        string? state, string? after, int? limit, HttpContext http, CancellationToken cancel)
    {
        if (state is not (null or "open" or "reviewed")) return FieldRefusals.Wrong("state", "'open' or 'reviewed'").ToProblem();
        var (caller, size) = (http.Caller(), Math.Clamp(limit ?? DefaultLimit, 1, MaxLimit));
        var found = await database.Query(Page, [caller.Tenant.Value, state ?? "", after ?? "", size + 1L], Map, cancel);
        var page = found.Count <= size ? new BreakGlassPage(found, null) : new BreakGlassPage(found[..size], found[size - 1].Id);
        var entry = AuditEntry.Of(AuditActions.ReadAudit, caller, AuditOrigin.Of(http)) with
        {
            On = "BreakGlass",
            Patients = [.. page.Items.Select(item => item.PatientId).Distinct().Select(id => new PatientId(id))],
        };
        return await audit.Append(caller.Tenant, entry) is { } refusal ? refusal.ToProblem() : TypedResults.Ok(page);
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Review(string id, HttpContext http, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(http.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var verdict = fields.Value.Text("verdict");
        if (verdict.Refusal is { } noVerdict) return noVerdict.ToProblem();
        if (verdict.Value is not ("justified" or "unjustified"))
            return FieldRefusals.Wrong("verdict", "'justified' or 'unjustified'").ToProblem();
        var note = fields.Value.Text("note", LongestNote);
        if (note.Refusal is { } noNote) return noNote.ToProblem();

        var (caller, origin) = (http.Caller(), AuditOrigin.Of(http));
        var reviewed = await commit.Write<bool>(
            caller.Tenant, (write, token) => Write(write, caller, id, (verdict.Value, note.Value), origin, token), cancel);
        return reviewed.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private async ValueTask<Result<bool>> Write(
        WriteTransaction write, Caller caller, string id, (string Verdict, string Note) said, AuditOrigin origin, CancellationToken cancel)
    {
        var now = await write.QueryOne(
            Find,
            [write.Tenant.Value, id],
            row => new Glass(row.GetString(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3)),
            cancel);
        if (now is null) return NotFound;
        if (now.User == caller.User.Value) return OwnBreakGlass;
        if (!now.Ended) return StillOpen;
        if (now.Reviewed) return AlreadyReviewed;

        object?[] values =
        [
            write.At.ToMicroseconds(), caller.User.Value, said.Verdict, root.Wrap(NotePurpose, id, Encoding.UTF8.GetBytes(said.Note)),
            write.Tenant.Value, id,
        ];
        if (await write.Execute(SetReview, values, cancel) == 0) return AlreadyReviewed;
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.ReviewBreakGlass, caller, origin) with
        {
            On = $"User/{now.User}",
            Patients = [new PatientId(now.Patient)],
            Detail = $"break-glass={id},verdict={said.Verdict}",
        });
        return true;
    }

    private ReviewedGlass Map(DbDataReader row)
    {
        var id = row.GetString(0);
        return new ReviewedGlass(id, row.GetString(1), row.IsDBNull(2) ? "" : row.GetString(2), row.GetString(3), row.GetString(4))
        {
            Purpose = row.GetString(5),
            MedicalEmergency = row.GetBoolean(6),
            Reason = Opened(BreakTheGlass.ReasonPurpose, id, row, 7),
            BegunAt = Instant.FromMicroseconds(row.GetInt64(8)),
            EndsAt = Instant.FromMicroseconds(row.GetInt64(9)),
            EndedAt = row.IsDBNull(10) ? null : Instant.FromMicroseconds(row.GetInt64(10)),
            EndedBy = row.IsDBNull(11) ? null : row.GetString(11),
            ReviewedAt = row.IsDBNull(12) ? null : Instant.FromMicroseconds(row.GetInt64(12)),
            ReviewedBy = row.IsDBNull(13) ? null : row.GetString(13),
            Verdict = row.IsDBNull(14) ? null : row.GetString(14),
            Note = Opened(NotePurpose, id, row, 15),
        };
    }

    private string? Opened(string purpose, string id, DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Encoding.UTF8.GetString(root.Unwrap(purpose, id, (byte[])row.GetValue(column)));

    private sealed record Glass(string User, string Patient, bool Ended, bool Reviewed);

    private static readonly Refusal NotFound = new(RefusalKind.NotFound, "break_glass_not_found", "There is no such emergency access.");

    private static readonly Refusal OwnBreakGlass = new(
        RefusalKind.Conflict, "own_break_glass", "Another administrator reviews your own emergency access.");

    private static readonly Refusal StillOpen = new(
        RefusalKind.Conflict, "break_glass_open", "The records are still open: the review comes after the end.");

    private static readonly Refusal AlreadyReviewed = new(
        RefusalKind.Conflict, "already_reviewed", "This emergency access has been reviewed.");

    private static readonly Statement Find = new("""
        select user_id, patient_id, case when ended_at is null then false else true end, case when reviewed_at is null then false else true end
        from access_break_glass
        where tenant_id = @tenant_id
          and glass_id = @glass_id
        """);

    private static readonly Statement SetReview = new("""
        update access_break_glass
        set reviewed_at = @reviewed_at, reviewed_by = @reviewed_by, verdict = @verdict, note = @note
        where tenant_id = @tenant_id
          and glass_id = @glass_id
          and reviewed_at is null
        """);

    // Ids are made in the order of time.
    private static readonly Statement Page = new("""
        select g.glass_id, g.user_id, u.display_name, g.role, g.patient_id, g.purpose, g.medical_emergency, g.reason, g.begun_at, g.ends_at,
          g.ended_at, g.ended_why, g.reviewed_at, g.reviewed_by, g.verdict, g.note
        from access_break_glass g
        left join access_user u on u.tenant_id = g.tenant_id and u.user_id = g.user_id
        where g.tenant_id = @tenant_id
          and (@state = '' or (@state = 'open') = (g.reviewed_at is null))
          and g.glass_id > @after
        order by g.glass_id
        limit @limit
        """);
}

/// <summary>One page, the oldest first; <paramref name="Next"/> names where the next one begins, null on the last.</summary>
internal sealed record BreakGlassPage(IReadOnlyList<ReviewedGlass> Items, string? Next);

/// <summary>An emergency access as a reviewer sees it.</summary>
internal sealed record ReviewedGlass(string Id, string UserId, string DisplayName, string Role, string PatientId)
{
    public required string Purpose { get; init; }

    public required bool MedicalEmergency { get; init; }

    /// <summary>In the words of who opened the records.</summary>
    public required string? Reason { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary><c>caller</c>, <c>time</c> or <c>session-end</c>.</summary>
    public string? EndedBy { get; init; }

    public DateTimeOffset? ReviewedAt { get; init; }

    public string? ReviewedBy { get; init; }

    public string? Verdict { get; init; }

    public string? Note { get; init; }
}

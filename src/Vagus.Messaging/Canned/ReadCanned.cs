using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Canned;

/// <summary>
/// <c>GET /api/canned-responses</c>: the shared ones and the caller's own. <c>GET …/{id}</c>: one; with <c>threadId</c> also as it would be
/// sent into that thread.
/// </summary>
internal sealed class ReadCanned(CannedResponses responses, FillCanned filling, AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapGet(
            "/", (string? category, string? q, HttpContext http, ReadCanned use) => use.List(category ?? "", q ?? "", http))
            .AuditsNothing("a canned response holds nothing of any patient");
        group.MapGet("/{id}", (string id, string? threadId, HttpContext http, ReadCanned use) => use.One(id, threadId, http))
            .Audits(AuditActions.ReadThread);
    }

    private async Task<Results<Ok<CannedList>, ProblemHttpResult>> List(string category, string text, HttpContext http)
    {
        if (category.Length > 0 && !ThreadCategory.All.Contains(category))
            return FieldRefusals.Wrong("category", "a category").ToProblem();
        var found = await responses.Of(http.Caller(), http.RequestAborted);
        return TypedResults.Ok(new CannedList(
            [.. found.Where(each => Fits(each, category, text)).Select(each => CannedAnswer.Of(each, http.Caller()))]));
    }

    private async Task<Results<Ok<CannedAnswer>, ProblemHttpResult>> One(string id, string? thread, HttpContext http)
    {
        var (caller, cancel) = (http.Caller(), http.RequestAborted);
        if (await responses.Find(caller, id, cancel) is not { } canned) return MessagingRefusals.NoCanned.ToProblem();
        var entry = AuditEntry.Of(AuditActions.ReadThread, caller, AuditOrigin.Of(http)) with { On = "CannedResponse" };
        var answer = CannedAnswer.Of(canned, caller);
        if (thread is not null)
        {
            var filled = await filling.Run(http.Reach(), canned, thread, cancel);
            if (filled.Refusal is { } refused) return refused.ToProblem();
            entry = entry with { Patients = filled.Value.Thread.Patient is { } patient ? [patient] : [] };
            answer = answer with { FilledContent = filled.Value.Text, IsFilled = !Placeholders.IsUnfilled(filled.Value.Text) };
        }

        return await audit.Append(caller.Tenant, entry) is { } unrecorded ? unrecorded.ToProblem() : TypedResults.Ok(answer);
    }

    /// <summary>What staff type is looked for in title, shortcode and text, in whichever case.</summary>
    private static bool Fits(CannedResponse canned, string category, string text) =>
        (category.Length == 0 || canned.Category is null || canned.Category == category)
        && (text.Length == 0 || new[] { canned.Title, canned.Shortcode, canned.Content }.Any(
            each => each?.Contains(text, StringComparison.OrdinalIgnoreCase) == true));
}

/// <summary>Canned responses, by title.</summary>
internal sealed record CannedList(IReadOnlyList<CannedAnswer> Items);

/// <summary>A canned response as clients are told of it.</summary>
internal sealed record CannedAnswer(
    string Id, string Title, string Content, string? Category, string? Shortcode, bool Shared, long UsageCount, long Version)
{
    /// <summary>The caller may change and delete it.</summary>
    public required bool MayChange { get; init; }

    /// <summary>As it would be sent into the thread that was asked for; null where none was.</summary>
    public string? FilledContent { get; init; }

    /// <summary>Nothing of the filled content is left for the writer to fill.</summary>
    public bool? IsFilled { get; init; }

    public static CannedAnswer Of(CannedResponse canned, Caller caller) => new(
        canned.Id, canned.Title, canned.Content, canned.Category, canned.Shortcode, canned.IsShared, canned.UsageCount, canned.Version)
    {
        MayChange = canned.MayBeChangedBy(caller),
    };
}

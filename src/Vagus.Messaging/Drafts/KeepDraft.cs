using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Drafts;

/// <summary>
/// What a user is writing, kept on the server: it outlives the session and the device, and is shown to its author alone, in its own thread
/// and only while the author sees that. <c>GET</c>, <c>PUT</c> and <c>DELETE …/threads/{id}/draft</c>, <c>…/note-draft</c> for staff, and
/// <c>…/draft</c> for what is to begin a thread.
/// </summary>
internal sealed class KeepDraft(
    Database database, GroupCommit commit, ContentVault vault, ThreadSeals seals, ThreadSights sights, Attachments attachments,
    AuditTrail audit)
{
    private const string NewThreadScope = "drafts";
    private const string Own = "its author alone is shown it, and what is sent of it is recorded";

    public static void Map(IEndpointRouteBuilder group, bool forStaff)
    {
        group.MapGet("/draft", (HttpContext http, KeepDraft use) => use.Show(DraftPlace.NewThread, forStaff, http))
            .Audits(AuditActions.ReadThread);
        group.MapPut("/draft", (HttpContext http, KeepDraft use) => use.Put(DraftPlace.NewThread, forStaff, http)).AuditsNothing(Own);
        group.MapDelete("/draft", (HttpContext http, KeepDraft use) => use.Remove(DraftPlace.NewThread, forStaff, http))
            .AuditsNothing(Own);
        group.MapGet("/threads/{id}/draft", (string id, HttpContext http, KeepDraft use) => use.Show(Message(id), forStaff, http))
            .Audits(AuditActions.ReadThread);
        group.MapPut("/threads/{id}/draft", (string id, HttpContext http, KeepDraft use) => use.Put(Message(id), forStaff, http))
            .AuditsNothing(Own);
        group.MapDelete("/threads/{id}/draft", (string id, HttpContext http, KeepDraft use) => use.Remove(Message(id), forStaff, http))
            .AuditsNothing(Own);
    }

    /// <summary>The drafts of notes: of staff only.</summary>
    public static void MapNotes(IEndpointRouteBuilder staff)
    {
        staff.MapGet("/threads/{id}/note-draft", (string id, HttpContext http, KeepDraft use) => use.Show(Note(id), forStaff: true, http))
            .Audits(AuditActions.ReadThread);
        staff.MapPut("/threads/{id}/note-draft", (string id, HttpContext http, KeepDraft use) => use.Put(Note(id), forStaff: true, http))
            .AuditsNothing(Own);
        staff.MapDelete(
            "/threads/{id}/note-draft", (string id, HttpContext http, KeepDraft use) => use.Remove(Note(id), forStaff: true, http))
            .AuditsNothing(Own);
    }

    private static DraftPlace Message(string thread) => new(DraftKind.Message, thread);

    private static DraftPlace Note(string thread) => new(DraftKind.Note, thread);

    private async Task<Results<Ok<DraftAnswer>, ProblemHttpResult>> Show(DraftPlace place, bool forStaff, HttpContext http)
    {
        var (caller, cancel) = (http.Caller(), http.RequestAborted);
        var found = await Sees(place, forStaff, http);
        if (found.Refusal is { } refused) return refused.ToProblem();
        var entry = AuditEntry.Of(AuditActions.ReadThread, caller, AuditOrigin.Of(http)) with
        {
            On = "Draft", Patients = found.Value?.Patient is { } patient ? [patient] : [],
        };
        if (await audit.Append(caller.Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        var draft = await DraftTable.Find(database, caller.Tenant, caller.User, place, cancel);
        return TypedResults.Ok(await Answer(caller, place, draft, cancel));
    }

    private async Task<Results<Ok<DraftAnswer>, ProblemHttpResult>> Put(DraftPlace place, bool forStaff, HttpContext http)
    {
        var known = place == DraftPlace.NewThread ? DraftContent.FieldsOfNewThread : DraftContent.Fields;
        var fields = await JsonRequest.Fields(http.Request, known);
        if (fields.Refusal is { } unread) return unread.ToProblem();
        var given = GivenDraft.Read(fields.Value);
        if (given.Refusal is { } malformed) return malformed.ToProblem();
        var (caller, cancel) = (http.Caller(), http.RequestAborted);
        if ((await Sees(place, forStaff, http)).Refusal is { } refused) return refused.ToProblem();
        var key = await vault.KeyFor(ScopeOf(caller, place), cancel);
        if (key.Refusal is { } noKey) return noKey.ToProblem();
        using var used = key.Value;
        var kept = await commit.Write<DraftRow>(
            caller.Tenant, (write, stop) => Put(write, used, caller.User, place, given.Value, stop), cancel);
        if (kept.Refusal is { } no) return no.ToProblem();
        return TypedResults.Ok(await WithFiles(caller, place, DraftAnswer.Of(given.Value.Content, kept.Value), cancel));
    }

    private static async ValueTask<Result<DraftRow>> Put(
        WriteTransaction write, ScopeKey key, UserId user, DraftPlace place, GivenDraft draft, CancellationToken cancel)
    {
        // Two devices of one person that save at the same moment are put in an order.
        await write.NextPosition(cancel);
        var before = await DraftTable.Find(write, write.Tenant, user, place, cancel);
        if (draft.Version is { } version && version != (before?.Version ?? 0)) return Stale;
        if (draft.AttachmentIds is { } files && await DraftTable.BindFiles(write, user, place, files, cancel) is { } unusable)
            return unusable;
        var after = Sealed(key, write.Tenant, user, place, draft.Content, before, write.At);
        await DraftTable.Put(write, user, place, after, cancel);
        return after;
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Remove(DraftPlace place, bool forStaff, HttpContext http)
    {
        var (caller, version) = (http.Caller(), VersionIn(http.Request.Query));
        if (version.Refusal is { } malformed) return malformed.ToProblem();
        if ((await Sees(place, forStaff, http)).Refusal is { } refused) return refused.ToProblem();
        var removed = await commit.Write<bool>(
            caller.Tenant, (write, stop) => Remove(write, caller.User, place, version.Value, stop), http.RequestAborted);
        return removed.Refusal is { } no ? no.ToProblem() : TypedResults.NoContent();
    }

    private static async ValueTask<Result<bool>> Remove(
        WriteTransaction write, UserId user, DraftPlace place, long? version, CancellationToken cancel)
    {
        // In an order with what another device saves at the same moment.
        await write.NextPosition(cancel);
        // What is gone already is as it was asked for, also by a device that had no answer and asks again.
        if (version is not null && await DraftTable.Find(write, write.Tenant, user, place, cancel) is { } draft && draft.Version != version)
            return Stale;
        await DraftTable.Remove(write, user, place, cancel);
        return true;
    }

    /// <summary>The version that the device has seen; null: it does not tell.</summary>
    private static Result<long?> VersionIn(IQueryCollection query)
    {
        if (query["version"].Count == 0) return (long?)null;
        return long.TryParse(query["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? (long?)version : FieldRefusals.Wrong("version", "a version of the draft");
    }

    /// <summary>The draft of a message as it is kept, under a key of its thread.</summary>
    public static DraftRow Sealed(
        ScopeKey key, TenantId tenant, UserId user, DraftPlace place, DraftContent content, DraftRow? before, DateTimeOffset at) => new(
        key.Seal(ThreadSeals.Draft(tenant, user, place.Kind, place.Thread), ContentKind.Text, content.ToBytes()),
        DraftTable.VersionAfter(before, at), at);

    private async ValueTask<DraftAnswer> Answer(Caller caller, DraftPlace place, DraftRow? draft, CancellationToken cancel)
    {
        if (draft is null) return DraftAnswer.None;
        var text = await seals.Open(
            ThreadSeals.Draft(caller.Tenant, caller.User, place.Kind, place.Thread), draft.SealedContent, cancel);
        // What does not open is shown to no reader; the operator has been told.
        var answer = text is null ? DraftAnswer.None with { Version = draft.Version } : DraftAnswer.Of(DraftContent.Of(text), draft);
        return await WithFiles(caller, place, answer, cancel);
    }

    private async ValueTask<DraftAnswer> WithFiles(Caller caller, DraftPlace place, DraftAnswer answer, CancellationToken cancel) =>
        answer with { Attachments = await attachments.BoundTo(caller.Tenant, place.FilesOf(caller.User), cancel) };

    /// <summary>The thread, or null where the draft has none; a refusal where the caller does not see it, whoever wrote in it.</summary>
    private async ValueTask<Result<ThreadRow?>> Sees(DraftPlace place, bool forStaff, HttpContext http)
    {
        if (place.Thread.Length == 0) return (ThreadRow?)null;
        var sight = await sights.Of(http.Reach(), http.RequestAborted);
        return await ThreadRow.Find(database, http.Caller().Tenant, place.Thread, http.RequestAborted) is { } thread
            && sight.Sees(thread) && (forStaff || thread.Kind == ThreadKind.Patient)
            ? thread : MessagingRefusals.NoThread;
    }

    public static KeyScope ScopeOf(Caller caller, DraftPlace place) => place.Thread.Length == 0
        ? new KeyScope(caller.Tenant, NewThreadScope, caller.User.Value) : ThreadSeals.ScopeOf(caller.Tenant, place.Thread);

    private static readonly Refusal Stale = new(
        RefusalKind.Conflict, "stale_version", "The draft was saved on another device or sent meanwhile. Load it again.");
}

/// <summary>A draft as its author is shown it. Version 0: there is none.</summary>
internal sealed record DraftAnswer(string Content, long Version, DateTimeOffset? ChangedAt)
{
    public static readonly DraftAnswer None = new("", 0, null);

    public string? Subject { get; init; }

    public string? Category { get; init; }

    public string? PatientId { get; init; }

    public IReadOnlyList<AttachmentAnswer> Attachments { get; init; } = [];

    public static DraftAnswer Of(DraftContent content, DraftRow row) => new(content.Content, row.Version, row.ChangedAt)
    {
        Subject = content.Subject, Category = content.Category, PatientId = content.PatientId,
    };
}

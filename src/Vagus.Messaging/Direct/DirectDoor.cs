using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Direct;

/// <summary>
/// <c>POST /api/messages</c>: the same as <c>send_message</c>; <c>POST /api/messages/{id}/retraction</c>; <c>GET
/// /api/messages/recipients</c>: whom the caller may write to.
/// </summary>
internal sealed class DirectDoor(
    SendDirect sending, RetractMessage retracting, ThreadSights sights, MessageAnswers answers, IFindUsers accounts, AuditTrail audit)
{
    private const int MostRecipients = 50;

    public static void Map(IEndpointRouteBuilder messages)
    {
        messages.MapPost("/", (HttpContext http, DirectDoor use) => use.Send(http)).Audits(AuditActions.Create);
        messages.MapPost("/{id}/retraction", (string id, HttpContext http, DirectDoor use) => use.Retract(id, http))
            .Audits(AuditActions.Update);
        messages.MapGet("/recipients", (string? q, HttpContext http, DirectDoor use) => use.Recipients(q, http))
            .Audits(AuditActions.FindRecipients);
        ReadConversation.Map(messages);
    }

    private async Task<Results<Created<MessageAnswer>, ProblemHttpResult>> Send(HttpContext http)
    {
        var body = await JsonRequest.Read(http.Request);
        if (body.Refusal is { } unread) return unread.ToProblem();
        var request = DirectRequest.Read(body.Value);
        if (request.Refusal is { } malformed) return malformed.ToProblem();
        var by = MessageAuthor.Of(http);
        var sent = await sending.Run(by, http.Reach(), request.Value, http.RequestAborted);
        if (sent.Refusal is { } refused) return refused.ToProblem();
        var answer = await answers.Of(by.Caller.Tenant, sent.Value.Message, http.RequestAborted);
        return TypedResults.Created($"/fhir/Communication/{answer.Id}", answer);
    }

    private async Task<Results<Ok<MessageAnswer>, ProblemHttpResult>> Retract(string id, HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, "reason");
        if (fields.Refusal is { } unread) return unread.ToProblem();
        var reason = fields.Value.Text("reason", RetractMessage.MostOfReason);
        if (reason.Refusal is { } none) return none.ToProblem();
        var by = MessageAuthor.Of(http);
        var sight = await sights.Of(http.Reach(), http.RequestAborted);
        var retracted = await retracting.Run(by, sight, id, reason.Value, http.RequestAborted);
        if (retracted.Refusal is { } refused) return refused.ToProblem();
        return TypedResults.Ok(await answers.Of(by.Caller.Tenant, retracted.Value, http.RequestAborted));
    }

    private async Task<Results<Ok<RecipientList>, ProblemHttpResult>> Recipients(string? q, HttpContext http)
    {
        var (caller, text) = (http.Caller(), q ?? "");
        if (text.Length > 100 || text.Contains('\0', StringComparison.Ordinal)) return FieldRefusals.Wrong("q", "a short text").ToProblem();
        var entry = AuditEntry.Of(AuditActions.FindRecipients, caller, AuditOrigin.Of(http));
        if (await audit.Append(caller.Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        // Patients are found by their records, which a search of them records as shown.
        Role[] roles = [.. Enum.GetValues<Role>().Where(role => role != Role.Patient && FindRecipient.MayWrite(caller.Role, role))];
        var found = await accounts.Named(caller.Tenant, text, roles, MostRecipients, http.RequestAborted);
        IEnumerable<RecipientAnswer> pools = roles.Where(role => role.IsStaff())
            .Where(role => role.Name().Contains(text, StringComparison.OrdinalIgnoreCase))
            .Select(role => new RecipientAnswer(role.Name(), "pool", role.Name(), role.Name(), null, null));
        var persons = found.Where(person => person.User != caller.User).Select(person => new RecipientAnswer(
            person.User.Value, "person", person.Name, person.Role.Name(), person.User.Value, person.Practitioner));
        return TypedResults.Ok(new RecipientList([.. pools, .. persons]));
    }
}

/// <summary>Whom the caller may write to.</summary>
internal sealed record RecipientList(IReadOnlyList<RecipientAnswer> Items);

/// <summary>Somebody, or a pool of all who have a role; <paramref name="Id"/> is what <c>recipientId</c> takes.</summary>
internal sealed record RecipientAnswer(string Id, string Kind, string Name, string Role, string? UserId, string? ProviderId);

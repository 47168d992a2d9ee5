using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Messaging.Messages;

/// <summary>The refusal of a message whose author had not seen what others wrote: it comes with what is new.</summary>
internal sealed class NewerAnswer(Database database, MessageAnswers answers, AuditTrail audit)
{
    private const int Most = 200;

    /// <param name="refusal">Any refusal of a message.</param>
    /// <param name="form">How the door tells of messages.</param>
    /// <param name="http">The request.</param>
    public async ValueTask<ProblemHttpResult> Of(Refusal refusal, Func<MessageAnswer, object> form, HttpContext http)
    {
        if (refusal is not NewerMessages newer) return refusal.ToProblem();
        var (tenant, cancel) = (http.Caller().Tenant, http.RequestAborted);
        var rows = await ReadMessages.After(database, tenant, newer.Thread.Id, newer.Seen, Most, cancel);
        var entry = ReadEntries.Of(MessageAuthor.Of(http), newer.Thread, rows.Select(row => row.Id));
        if (await audit.Append(tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        var messages = await answers.Of(tenant, rows, cancel);
        return TypedResults.Problem(
            detail: refusal.Message,
            statusCode: StatusCodes.Status409Conflict,
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["code"] = refusal.Code,
                ["messages"] = messages.Select(form).ToArray(),
                ["lastSequence"] = rows.Count == 0 ? newer.Seen : rows[^1].Sequence,
            });
    }
}

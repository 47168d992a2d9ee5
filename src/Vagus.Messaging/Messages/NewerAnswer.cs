using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Kernel;
using Vagus.Access.Policies;
using Vagus.Storage;

namespace Vagus.Messaging.Messages;

/// <summary>The refusal of a message whose author had not seen what others wrote: it comes with what is new.</summary>
internal sealed class NewerAnswer(Database database, MessageAnswers answers)
{
    private const int Most = 200;

    /// <param name="refusal">Any refusal of a message.</param>
    /// <param name="thread">The thread that it was for, which its author sees.</param>
    /// <param name="form">How the door tells of messages.</param>
    /// <param name="http">The request.</param>
    public async ValueTask<ProblemHttpResult> Of(
        Refusal refusal, string thread, Func<MessageAnswer, object> form, HttpContext http)
    {
        if (refusal is not NewerMessages newer) return refusal.ToProblem();
        var (tenant, cancel) = (http.Caller().Tenant, http.RequestAborted);
        var rows = await ReadMessages.After(database, tenant, thread, newer.Seen, Most, cancel);
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

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Kernel;
using Vagus.Messaging.Messages;

namespace Vagus.Messaging.Holding;

/// <summary>What the doors of staff and of patients answer to a message: the message, one that waits, or why it was not taken.</summary>
internal sealed class WriteAnswers(MessageAnswers messages, HeldAnswers held, NewerAnswer newer)
{
    /// <summary>The message that has begun a thread, and what the server has answered to it; none while it waits.</summary>
    public async ValueTask<(IReadOnlyList<MessageAnswer> Sent, HeldAnswer? Scheduled)> OfThread(
        TenantId tenant, TakenMessage taken, CancellationToken cancel)
    {
        if (taken.Held is { } waiting) return ([], await held.Of(waiting, cancel));
        return (await messages.Of(tenant, taken.Sent?.Messages ?? [], cancel), null);
    }

    /// <param name="tenant">Whose message it is.</param>
    /// <param name="taken">Sent or held.</param>
    /// <param name="form">How the door tells of messages.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<object> Of(
        TenantId tenant, TakenMessage taken, Func<MessageAnswer, object> form, CancellationToken cancel)
    {
        if (taken.Held is { } waiting) return await held.Of(waiting, cancel);
        return taken.Sent is { } sent
            ? form(await messages.Of(tenant, sent.Message, cancel)) : throw new InvalidOperationException("Neither sent nor held.");
    }

    public ValueTask<ProblemHttpResult> Of(Refusal refusal, Func<MessageAnswer, object> form, HttpContext http) =>
        newer.Of(refusal, form, http);
}

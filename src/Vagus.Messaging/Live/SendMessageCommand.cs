using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Messaging.Direct;
using Vagus.Messaging.Messages;

namespace Vagus.Messaging.Live;

/// <summary>
/// <c>send_message { recipientId | threadId, content, contextType?, contextId?, clientMessageId? }</c> → <c>{ ok, message }</c>.
/// </summary>
internal sealed class SendMessageCommand(SendDirect sending, MessageAnswers answers, TenantPolicies policies) : ILiveCommand
{
    public string Namespace => MessagingNamespace.Path;

    public string Name => "send_message";

    public async ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel)
    {
        var read = DirectRequest.Read(request);
        if (read.Refusal is { } malformed) return malformed;
        var reach = await policies.ReachOf(caller, cancel);
        var sent = await sending.Run(new MessageAuthor(caller, AuditOrigin.Of(origin)), reach, read.Value, cancel);
        if (sent.Refusal is { } refused) return refused;
        return new { ok = true, message = await answers.Of(caller.Tenant, sent.Value.Message, cancel) };
    }
}

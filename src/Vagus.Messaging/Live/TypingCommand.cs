using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Messaging.Direct;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Live;

/// <summary><c>typing { recipientId | threadId, isTyping }</c>: those who take part are told with <c>user_typing</c>.</summary>
internal sealed class TypingCommand(
    Database database, ThreadSights sights, FindRecipient recipients, TenantPolicies policies, TypingBoard board, SendPace pace)
    : ILiveCommand
{
    public string Namespace => MessagingNamespace.Path;

    public string Name => "typing";

    public async ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel)
    {
        var fields = RequestFields.Read(request, "recipientId", "threadId", "isTyping");
        if (fields.Refusal is { } malformed) return malformed;
        var (to, id, isTyping) = (
            fields.Value.OptionalText("recipientId"), fields.Value.OptionalText("threadId"), fields.Value.Flag("isTyping"));
        if ((to.Refusal ?? id.Refusal ?? isTyping.Refusal) is { } wrong) return wrong;
        if (isTyping.Value is not { } typing) return FieldRefusals.Missing("isTyping");
        if ((to.Value is null) == (id.Value is null)) return MessagingRefusals.ToWhom;
        if (pace.Refuse(caller) is { } tooFast) return tooFast;

        var reach = await policies.ReachOf(caller, cancel);
        var found = id.Value is { } thread ? await InThread(reach, thread, cancel) : await To(reach, to.Value ?? "", cancel);
        if (found.Refusal is { } refused) return refused;
        var names = found.Value.Names;
        board.Set(caller, found.Value.Thread, typing, other => ThreadNames.Of(other).Any(names.Contains));
        return new { ok = true };
    }

    private async ValueTask<Result<(string Thread, IReadOnlyList<string> Names)>> InThread(Reach reach, string id, CancellationToken cancel)
    {
        var sight = await sights.Of(reach, cancel);
        return await ThreadRow.Find(database, reach.Tenant, id, cancel) is { } thread && sight.Sees(thread)
            ? (thread.Id, thread.Members) : MessagingRefusals.NoThread;
    }

    private async ValueTask<Result<(string Thread, IReadOnlyList<string> Names)>> To(Reach reach, string id, CancellationToken cancel)
    {
        var found = await recipients.Find(reach, id, cancel);
        if (found.Refusal is { } refusal) return refusal;
        var thread = await DirectIds.Now(database, reach.Tenant, Correspondents.SideOf(reach.Caller), [found.Value.Name], cancel);
        return (thread[0], found.Value.Members);
    }
}

using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Messages;

/// <summary>The acting caller, and the origin of the call for the audit.</summary>
internal sealed record MessageAuthor(Caller Caller, AuditOrigin Origin)
{
    public static MessageAuthor Of(HttpContext http) => new(http.Caller(), AuditOrigin.Of(http));
}

/// <summary>A write of one thread that has its turn, with the thread's key.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct MessageTurn(WriteTransaction Write, ScopeKey Key, MessageAuthor By, CancellationToken Cancel)
{
    public Caller Caller => By.Caller;
}

/// <summary>
/// Gives a thread's write its turn. The key is fetched first, because the vault may wait; a thread without a key gets one. The turn begins
/// with the lock on the tenant's head, so the rows that the work decides by do not change before it commits.
/// </summary>
internal sealed class MessageTurns(ContentVault vault, GroupCommit commit)
{
    /// <summary>The work may be called twice, and keeps nothing outside of its transaction.</summary>
    public async ValueTask<Result<T>> Run<T>(
        MessageAuthor by, string thread, Func<MessageTurn, ValueTask<Result<T>>> work, CancellationToken cancel)
    {
        var key = await vault.KeyFor(ThreadSeals.ScopeOf(by.Caller.Tenant, thread), cancel);
        if (key.Refusal is { } refusal) return refusal;
        using var used = key.Value;
        return await commit.Write<T>(
            by.Caller.Tenant,
            async (write, token) =>
            {
                await write.NextPosition(token);
                return await work(new MessageTurn(write, used, by, token));
            },
            cancel);
    }
}

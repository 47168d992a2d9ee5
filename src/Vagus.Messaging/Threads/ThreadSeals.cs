using System.Text;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Messaging.Threads;

/// <summary>
/// Where the texts of threads are sealed: under a key of their thread, each bound to its place. What does not open is told to the operator
/// and the audit, and shown to no reader.
/// </summary>
internal sealed partial class ThreadSeals(ContentVault vault, AuditTrail audit, ILogger<ThreadSeals> logger)
{
    public const string ScopeType = "thread";

    public static KeyScope ScopeOf(TenantId tenant, string thread) => new(tenant, ScopeType, thread);

    public static SealContext Message(TenantId tenant, string thread, string message, long sequence) =>
        new(tenant, "Communication", message, "payload.content") { Thread = thread, Sequence = sequence };

    public static SealContext Reason(TenantId tenant, string thread, string message, long sequence) =>
        new(tenant, "Communication", message, "retraction") { Thread = thread, Sequence = sequence };

    public static SealContext Note(TenantId tenant, string thread, string note, long number) =>
        new(tenant, "Note", note, "content") { Thread = thread, Sequence = number };

    public static SealContext Subject(TenantId tenant, string thread) => new(tenant, "Thread", thread, "subject") { Thread = thread };

    /// <summary>What one user is writing: bound to the user and to the thread, or to no thread yet.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="user">The author.</param>
    /// <param name="kind">Of a message or of a note.</param>
    /// <param name="thread">Empty for what is to begin a thread.</param>
    public static SealContext Draft(TenantId tenant, UserId user, string kind, string thread) =>
        new(tenant, "Draft", user.Value, kind) { Thread = thread };

    /// <summary>A message that waits for its time: it has no place in its thread yet.</summary>
    public static SealContext Held(TenantId tenant, string thread, string message) =>
        new(tenant, "HeldMessage", message, "content") { Thread = thread };

    /// <summary>The preview is bound to the message whose beginning it is.</summary>
    public static SealContext Preview(TenantId tenant, string thread, long sequence) =>
        new(tenant, "Thread", thread, "preview") { Thread = thread, Sequence = sequence };

    public static byte[] Seal(ScopeKey key, SealContext place, string text) =>
        key.Seal(place, ContentKind.Text, Encoding.UTF8.GetBytes(text));

    /// <summary>Null where it does not open, or its key was destroyed. Throws where the key cannot be had now.</summary>
    public async ValueTask<string?> Open(SealContext place, byte[]? envelope, CancellationToken cancel)
    {
        if (envelope is null) return null;
        try
        {
            var opened = await vault.Open(place, envelope, cancel);
            return opened.IsRefused ? null : Encoding.UTF8.GetString(opened.Value);
        }
        catch (SealBrokenException broken)
        {
            Log.Broken(logger, place.Tenant.Value, place.ResourceType, place.LogicalId, broken.Fault);
            await audit.Append(place.Tenant, AuditActor.Server.Entry(AuditActions.SealBroken) with
            {
                On = $"{place.ResourceType}/{place.LogicalId}", Outcome = AuditOutcome.SeriousFailure, Detail = $"thread={place.Thread}",
            });
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            7301, LogLevel.Critical,
            "Tenant {Tenant}: the content of {Type}/{Id} does not open ({Fault}): it was changed or moved where it is stored")]
        public static partial void Broken(ILogger logger, string tenant, string type, string id, SealFault fault);
    }
}

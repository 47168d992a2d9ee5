using System.Data.Common;
using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Drafts;

/// <summary>What a user is writing. The names are in databases and in what is sealed.</summary>
internal static class DraftKind
{
    public const string Message = "message";

    /// <summary>
    /// Apart from messages, so that what was meant for colleagues is never found in a field whose button sends to a patient.
    /// </summary>
    public const string Note = "note";
}

/// <summary>Where a draft belongs: one per user, kind and thread. Without a thread it is to begin one.</summary>
internal sealed record DraftPlace(string Kind, string Thread)
{
    public static readonly DraftPlace NewThread = new(DraftKind.Message, "");

    /// <summary>Of a message into a thread.</summary>
    public static DraftPlace Of(ThreadRow thread) => new(DraftKind.Message, thread.Id);

    /// <summary>What its files are bound to. No reference to a resource begins so.</summary>
    public string FilesOf(UserId user) => $"{StoredFiles.DraftPrefix}{user.Value}/{Kind}/{Thread}";
}

/// <summary>A draft as its row tells of it.</summary>
internal sealed record DraftRow(byte[] SealedContent, long Version, DateTimeOffset ChangedAt);

/// <summary>The rows of drafts. A message or a note that is taken removes its author's draft in its own write.</summary>
internal static class DraftTable
{
    public static async ValueTask<DraftRow?> Find(
        IRunQueries queries, TenantId tenant, UserId user, DraftPlace place, CancellationToken cancel) =>
        await queries.QueryOne(One, [tenant.Value, user.Value, place.Kind, place.Thread], Read, cancel);

    public static ValueTask Put(WriteTransaction write, UserId user, DraftPlace place, DraftRow draft, CancellationToken cancel) =>
        write.Queue(
            Upsert,
            [
                write.Tenant.Value, user.Value, place.Kind, place.Thread, draft.SealedContent, draft.Version,
                draft.ChangedAt.ToMicroseconds(),
            ],
            cancel);

    /// <summary>Its files belong to nothing from then on: to what is sent of it, or they are swept.</summary>
    public static async ValueTask Remove(WriteTransaction write, UserId user, DraftPlace place, CancellationToken cancel)
    {
        await write.Queue(Delete, [write.Tenant.Value, user.Value, place.Kind, place.Thread], cancel);
        await StoredFiles.UnbindAll(write, place.FilesOf(user), cancel);
    }

    /// <summary>From now on the draft has these files, and no others. They are its author's, and of nothing else.</summary>
    public static async ValueTask<Refusal?> BindFiles(
        WriteTransaction write, UserId user, DraftPlace place, IReadOnlyList<string> files, CancellationToken cancel)
    {
        await StoredFiles.UnbindAll(write, place.FilesOf(user), cancel);
        foreach (var file in files)
        {
            if (!await StoredFiles.Bind(write, file, user, place.FilesOf(user), cancel)) return MessagingRefusals.AttachmentUnusable;
        }

        return null;
    }

    /// <summary>
    /// Grows with the clock, also over a draft that was removed: what a device saves late does not bring back what was sent.
    /// </summary>
    public static long VersionAfter(DraftRow? before, DateTimeOffset at) => Math.Max(at.ToMicroseconds(), (before?.Version ?? 0) + 1);

    private static DraftRow Read(DbDataReader row) =>
        new((byte[])row.GetValue(0), row.GetInt64(1), Instant.FromMicroseconds(row.GetInt64(2)));

    private static readonly Statement One = new("""
        select sealed_content, version, changed_at
        from messaging_draft
        where tenant_id = @tenant_id
          and user_id = @user_id
          and kind = @kind
          and thread_id = @thread_id
        """);

    private static readonly Statement Upsert = new("""
        insert into messaging_draft (tenant_id, user_id, kind, thread_id, sealed_content, version, changed_at)
        values (@tenant_id, @user_id, @kind, @thread_id, @sealed_content, @version, @changed_at)
        on conflict (tenant_id, user_id, kind, thread_id)
          do update set sealed_content = excluded.sealed_content, version = excluded.version, changed_at = excluded.changed_at
        """);

    private static readonly Statement Delete = new("""
        delete from messaging_draft
        where tenant_id = @tenant_id
          and user_id = @user_id
          and kind = @kind
          and thread_id = @thread_id
        """);
}

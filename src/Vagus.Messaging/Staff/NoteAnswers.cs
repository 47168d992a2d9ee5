using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Staff;

/// <summary>A note as staff read it, in its place among the messages.</summary>
internal sealed record NoteAnswer(
    string Id, string ThreadId, string SenderId, string SenderRole, string? Content, DateTimeOffset SentAt, long AfterSequence,
    IReadOnlyList<string> Mentions, string? ClientMessageId, IReadOnlyList<AttachmentAnswer> Attachments)
{
    public string Kind { get; } = "note";

    public bool IsInternalNote { get; } = true;
}

/// <summary>Makes answers of notes: opens what is sealed, and looks for attachments.</summary>
internal sealed class NoteAnswers(Database database, ThreadSeals seals, Attachments attachments)
{
    private const int MostOfPage = 500;

    /// <summary>The last notes that stand behind the messages of a page, oldest first, and whether there are more before them.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="thread">The thread's id.</param>
    /// <param name="from">The first message of the page; 0 where the thread begins on it.</param>
    /// <param name="place">Where the page before this one began: only what stands before it is read.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<(IReadOnlyList<NoteRow> Rows, bool HasMore)> Last(
        TenantId tenant, string thread, long from, ThreadPlace place, CancellationToken cancel)
    {
        var rows = await database.Query(
            Page, [tenant.Value, thread, from, place.Message, place.Note, MostOfPage + 1L], NoteRow.Read, cancel);
        var hasMore = rows.Count > MostOfPage;
        if (hasMore) rows.RemoveAt(MostOfPage);
        rows.Reverse();
        return (rows, hasMore);
    }

    public async ValueTask<IReadOnlyList<NoteAnswer>> Of(TenantId tenant, IReadOnlyList<NoteRow> rows, CancellationToken cancel)
    {
        var files = await attachments.Of(tenant, [.. rows.Select(row => row.Id)], cancel);
        var answers = new List<NoteAnswer>(rows.Count);
        foreach (var row in rows)
        {
            var content = await seals.Open(ThreadSeals.Note(tenant, row.ThreadId, row.Id, row.Number), row.SealedContent, cancel);
            answers.Add(new NoteAnswer(
                row.Id, row.ThreadId, row.AuthorId, row.AuthorRole, content, row.AddedAt, row.AfterSequence, row.Mentions,
                row.ClientMessageId, [.. files[row.Id]]));
        }

        return answers;
    }

    private static readonly Statement Page = new($"""
        select {NoteRow.Columns}
        from messaging_note n
        where n.tenant_id = @tenant_id
          and n.thread_id = @thread_id
          and n.after_sequence >= @from
          and n.after_sequence < @before
          and n.number < @note
        order by n.number desc
        limit @limit
        """);
}

using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Vagus.Access.Vault.Searching;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Searching;

/// <summary>Opens texts for the index: messages that stand, notes as closed texts, and subjects. What does not open is not found.</summary>
internal sealed class ReadTexts(Database database, ThreadSeals seals, MessageAnswers messages)
{
    private const long Page = 500;

    /// <summary>How many texts the tenant has.</summary>
    public async ValueTask<long> Count(TenantId tenant, CancellationToken cancel) => await database.QueryOne(
        CountAll, [tenant.Value], row => row.GetInt64(0), cancel);

    /// <summary>All texts, those of each thread in their order.</summary>
    public async IAsyncEnumerable<SearchText> All(TenantId tenant, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var row in Pages(MessagesAfter, tenant, MessageRow.Read, row => (row.ThreadId, row.Sequence), cancel))
            if (await Of(tenant, row, cancel) is { } text) yield return text;
        await foreach (var note in Pages(NotesAfter, tenant, NoteText.Read, note => (note.Thread, note.Number), cancel))
            if (await Of(tenant, note, cancel) is { } text) yield return text;
        await foreach (var thread in Pages(ThreadsAfter, tenant, ThreadRow.Read, thread => (thread.Id, 0), cancel))
            if (await Of(thread, cancel) is { } text) yield return text;
    }

    /// <summary>Texts as they are now; null for one that may not be found, or not any more.</summary>
    public async ValueTask<IReadOnlyList<(string Id, SearchText? Text)>> Of(
        TenantId tenant, IReadOnlyCollection<string> messageIds, IReadOnlyCollection<string> noteIds, IReadOnlyCollection<string> threads,
        CancellationToken cancel)
    {
        var found = new List<(string Id, SearchText? Text)>();
        foreach (var row in await Messages(tenant, [.. messageIds], cancel))
            found.Add((TextId.Message(row.Id).ToString(), await Of(tenant, row, cancel)));
        foreach (var note in await Notes(tenant, noteIds, cancel))
            found.Add((TextId.Note(note.Id).ToString(), await Of(tenant, note, cancel)));
        foreach (var id in threads)
        {
            if (await ThreadRow.Find(database, tenant, id, cancel) is not { } thread) continue;
            found.Add((TextId.Subject(id).ToString(), await Of(thread, cancel)));
        }

        return found;
    }

    public ValueTask<IReadOnlyList<MessageRow>> Messages(TenantId tenant, IReadOnlyList<string> ids, CancellationToken cancel) =>
        ReadMessages.OfIds(database, tenant, ids, cancel);

    public async ValueTask<IReadOnlyList<NoteText>> Notes(TenantId tenant, IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        ids.Count == 0 ? [] : await database.Query(
            NotesOfIds, [tenant.Value, JsonSerializer.Serialize(ids)], NoteText.Read, cancel);

    public ValueTask<string?> Open(TenantId tenant, NoteText note, CancellationToken cancel) =>
        seals.Open(ThreadSeals.Note(tenant, note.Thread, note.Id, note.Number), note.SealedContent, cancel);

    public ValueTask<string?> Subject(ThreadRow thread, CancellationToken cancel) =>
        seals.Open(ThreadSeals.Subject(thread.Tenant, thread.Id), thread.SealedSubject, cancel);

    private async ValueTask<SearchText?> Of(TenantId tenant, MessageRow row, CancellationToken cancel) =>
        await messages.Content(tenant, row, cancel) is { } content
            ? new SearchText(TextId.Message(row.Id).ToString(), row.ThreadId, content) : null;

    private async ValueTask<SearchText?> Of(TenantId tenant, NoteText note, CancellationToken cancel) =>
        await Open(tenant, note, cancel) is { } content
            ? new SearchText(TextId.Note(note.Id).ToString(), note.Thread, content) { IsClosed = true } : null;

    private async ValueTask<SearchText?> Of(ThreadRow thread, CancellationToken cancel) =>
        await Subject(thread, cancel) is { } subject
            ? new SearchText(TextId.Subject(thread.Id).ToString(), thread.Id, subject) : null;

    private async IAsyncEnumerable<T> Pages<T>(
        Statement statement, TenantId tenant, Func<DbDataReader, T> read, Func<T, (string Thread, long Number)> place,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var after = (Thread: "", Number: 0L);
        while (true)
        {
            var rows = await database.Query(statement, [tenant.Value, after.Thread, after.Number, Page], read, cancel);
            foreach (var row in rows) yield return row;
            if (rows.Count < Page) yield break;
            after = place(rows[^1]);
        }
    }

    private static readonly Statement CountAll = new("""
        select (select count(*) from messaging_message where tenant_id = @tenant_id)
          + (select count(*) from messaging_note where tenant_id = @tenant_id)
          + (select count(*) from messaging_thread where tenant_id = @tenant_id)
        """);

    private static readonly Statement MessagesAfter = new($"""
        select {MessageRow.Columns}
        from messaging_message g
        where g.tenant_id = @tenant_id
          and (g.thread_id, g.sequence) > (@thread_id, @sequence)
        order by g.thread_id, g.sequence
        limit @limit
        """);

    private static readonly Statement NotesAfter = new($"""
        select {NoteText.Columns}
        from messaging_note n
        where n.tenant_id = @tenant_id
          and (n.thread_id, n.number) > (@thread_id, @number)
        order by n.thread_id, n.number
        limit @limit
        """);

    private static readonly Statement NotesOfIds = ListSql.With(list => $"""
        select {NoteText.Columns}
        from messaging_note n
        where n.tenant_id = @tenant_id
          and n.note_id in ({list("ids")})
        order by n.thread_id, n.number
        """);

    private static readonly Statement ThreadsAfter = new($"""
        select {ThreadRow.Columns}
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.thread_id > @thread_id
          and t.erasing_at is null
          and @number = 0
        order by t.thread_id
        limit @limit
        """);
}

/// <summary>What of a note is needed to find it.</summary>
internal sealed record NoteText(string Thread, long Number, string Id, DateTimeOffset AddedAt, byte[] SealedContent)
{
    public const string Columns = "n.thread_id, n.number, n.note_id, n.added_at, n.sealed_content";

    public static NoteText Read(DbDataReader row) => new(
        row.GetString(0), row.GetInt64(1), row.GetString(2), Instant.FromMicroseconds(row.GetInt64(3)),
        (byte[])row.GetValue(4));
}

using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Live;

/// <summary>
/// What <c>/messaging</c> tells of the log: messages with their content, which no event holds, and how far they are read. Who sees an event
/// is decided where it is delivered.
/// </summary>
internal sealed class MessagingNamespace(
    Database database, MessageAnswers answers, ThreadSights sights, UnreadThreads unread, UnreadChanges changes, TimeProvider clock)
    : ILiveNamespace
{
    public const string Path = "/messaging";

    public string Name => Path;

    public IReadOnlySet<string> Types { get; } =
        new HashSet<string>(["message.sent", "message.read", "message.retracted", .. ConcernedNames.Types], StringComparer.Ordinal);

    public Refusal Told(Refusal refusal) => LiveRefusals.Of(refusal);

    public async ValueTask<LiveGreeting> Greet(Caller caller, CancellationToken cancel)
    {
        var told = UnreadAnswer.Of(await unread.Count(await sights.Of(caller, cancel), cancel));
        var word = new LiveWord("connected", new
        {
            userId = caller.User.Value, role = caller.Role.Name(), serverTime = clock.GetUtcNow(), unread = told.Count,
        });
        return new LiveGreeting(word, () => changes.Enter(caller, told));
    }

    /// <summary>
    /// Only the id of the message is taken from an event; what is told and to whom comes from the message and its thread. An event without
    /// a known message is not told.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<string, LiveTold>> Tell(
        TenantId tenant, IReadOnlyList<LiveFact> events, CancellationToken cancel)
    {
        var told = new Dictionary<string, LiveTold>(StringComparer.Ordinal);
        string[] ids = [.. events.Select(each => each.Text("messageId")).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)];
        var rows = (await ReadMessages.OfIds(database, tenant, ids, cancel)).ToDictionary(row => row.Id, StringComparer.Ordinal);
        var threads = new Dictionary<string, ThreadRow?>(StringComparer.Ordinal);
        var counted = events.Where(each => ConcernedNames.Types.Contains(each.Type)).Select(each => each.Text("threadId"));
        foreach (var id in rows.Values.Select(row => row.ThreadId).Concat(counted).Distinct(StringComparer.Ordinal))
            threads[id] = await ThreadRow.Find(database, tenant, id, cancel);
        foreach (var each in events)
        {
            if (ConcernedNames.Types.Contains(each.Type))
            {
                changes.Touch(tenant, ConcernedNames.Of(each, threads[each.Text("threadId")]));
                continue;
            }

            if (!rows.TryGetValue(each.Text("messageId"), out var row) || threads[row.ThreadId] is not { } thread) continue;
            if (await Told(thread, row, each, cancel) is { } word) told[each.EventId] = word;
            changes.Touch(tenant, ConcernedNames.Of(each, thread));
        }

        return told;
    }

    private async ValueTask<LiveTold?> Told(ThreadRow thread, MessageRow row, LiveFact fact, CancellationToken cancel)
    {
        var readers = ThreadReaders.Of(thread).ToHashSet(StringComparer.Ordinal);
        var (author, word) = fact.Type switch
        {
            "message.sent" => (row.SenderId, await Sent(thread, row, cancel)),
            "message.retracted" => (row.SenderId, Retracted(row, fact)),
            _ => (fact.Text("readerId"), await Read(thread, row, fact, cancel)),
        };
        return word is null ? null : new LiveTold(
            word, new UserId(author), fact.Type == "message.sent" ? "message_sent" : null,
            caller => ThreadNames.Of(caller).Any(readers.Contains));
    }

    private async ValueTask<LiveWord> Sent(ThreadRow thread, MessageRow row, CancellationToken cancel) =>
        new("new_message", await answers.WithWhatOpens(thread.Tenant, row, cancel));

    /// <summary>Null where the reader has no mark in the thread, and so has not read it.</summary>
    private async ValueTask<LiveWord?> Read(ThreadRow thread, MessageRow row, LiveFact fact, CancellationToken cancel)
    {
        var reader = fact.Text("readerId");
        var role = await database.QueryOne(RoleOfReader, [thread.Tenant.Value, thread.Id, reader], found => found.GetString(0), cancel);
        return role is null ? null : new LiveWord("message_read", new
        {
            messageId = row.Id, threadId = thread.Id, readerId = reader, readerRole = role, readAt = At(fact.Data, "readAt"),
            upToSequence = row.Sequence,
        });
    }

    private static LiveWord? Retracted(MessageRow row, LiveFact fact) => !row.IsRetracted ? null : new LiveWord("message_retracted", new
    {
        messageId = row.Id, threadId = row.ThreadId, sequence = row.Sequence, retractedBy = row.SenderId,
        retractedAt = At(fact.Data, "retractedAt"),
    });

    private static DateTimeOffset? At(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var at)
            ? at : null;

    private static readonly Statement RoleOfReader = new("""
        select reader_role
        from messaging_mark
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and user_id = @user_id
        """);
}

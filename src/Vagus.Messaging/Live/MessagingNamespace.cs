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

    /// <summary>Nothing is told of them but other counts of what is unread.</summary>
    private static readonly string[] Counted = ["thread.updated", "thread.closed", "thread.reopened", "note.added"];

    public string Name => Path;

    public IReadOnlySet<string> Types { get; } =
        new HashSet<string>(["message.sent", "message.read", "message.retracted", .. Counted], StringComparer.Ordinal);

    public async ValueTask<LiveWord> Greet(Caller caller, CancellationToken cancel)
    {
        var sight = await sights.Of(caller, cancel);
        var count = await unread.Count(sight, cancel);
        // What comes before the connection is led into the feed is told to it then.
        changes.Touch(caller.Tenant, [caller.User.Value]);
        return new LiveWord("connected", new
        {
            userId = caller.User.Value, role = caller.Role.Name(), serverTime = clock.GetUtcNow(), unread = count.Sum(row => row.Value),
        });
    }

    /// <summary>
    /// Only the id of the message is taken from an event; what is told and to whom comes from the message and its thread. An event without
    /// a known message is not told.
    /// </summary>
    public async ValueTask<IReadOnlyDictionary<string, LiveTold>> Tell(
        TenantId tenant, IReadOnlyList<LiveFact> events, CancellationToken cancel)
    {
        var told = new Dictionary<string, LiveTold>(StringComparer.Ordinal);
        string[] ids = [.. events.Select(each => Text(each.Data, "messageId")).Where(id => id.Length > 0).Distinct(StringComparer.Ordinal)];
        var rows = (await ReadMessages.OfIds(database, tenant, ids, cancel)).ToDictionary(row => row.Id, StringComparer.Ordinal);
        var threads = new Dictionary<string, ThreadRow?>(StringComparer.Ordinal);
        var counted = events.Where(each => Counted.Contains(each.Type)).Select(each => Text(each.Data, "threadId"));
        foreach (var id in rows.Values.Select(row => row.ThreadId).Concat(counted).Distinct(StringComparer.Ordinal))
            threads[id] = await ThreadRow.Find(database, tenant, id, cancel);
        foreach (var each in events)
        {
            if (Counted.Contains(each.Type))
            {
                if (threads[Text(each.Data, "threadId")] is { } changed) changes.Touch(tenant, Concerned(changed, each.Data));
                continue;
            }

            if (!rows.TryGetValue(Text(each.Data, "messageId"), out var row) || threads[row.ThreadId] is not { } thread) continue;
            if (await Told(thread, row, each, cancel) is { } word) told[each.EventId] = word;
            changes.Touch(tenant, each.Type == "message.read" ? [Text(each.Data, "readerId")] : ThreadReaders.Of(thread));
        }

        return told;
    }

    /// <summary>Whoever reads the thread, and where others read it than before, everybody.</summary>
    private static IEnumerable<string> Concerned(ThreadRow thread, JsonElement data)
    {
        var readers = ThreadReaders.Of(thread);
        if (!data.TryGetProperty("changed", out var changed) || changed.ValueKind != JsonValueKind.Array) return readers;
        var isMoved = changed.EnumerateArray().Any(field => field.ValueEquals("category") || field.ValueEquals("participants"));
        return isMoved ? readers.Concat(Enum.GetValues<Role>().Where(role => role != Role.Patient).Select(ThreadNames.Of)) : readers;
    }

    private async ValueTask<LiveTold?> Told(ThreadRow thread, MessageRow row, LiveFact fact, CancellationToken cancel)
    {
        var readers = ThreadReaders.Of(thread).ToHashSet(StringComparer.Ordinal);
        var (author, word) = fact.Type switch
        {
            "message.sent" => (row.SenderId, await Sent(thread, row, cancel)),
            "message.retracted" => (row.SenderId, Retracted(row, fact.Data)),
            _ => (Text(fact.Data, "readerId"), await Read(thread, row, fact.Data, cancel)),
        };
        return word is null ? null : new LiveTold(
            word, new UserId(author), fact.Type == "message.sent" ? "message_sent" : null,
            caller => ThreadNames.Of(caller).Any(readers.Contains));
    }

    private async ValueTask<LiveWord> Sent(ThreadRow thread, MessageRow row, CancellationToken cancel) =>
        new("new_message", await answers.WithWhatOpens(thread.Tenant, row, cancel));

    /// <summary>Null where the reader has no mark in the thread, and so has not read it.</summary>
    private async ValueTask<LiveWord?> Read(ThreadRow thread, MessageRow row, JsonElement data, CancellationToken cancel)
    {
        var reader = Text(data, "readerId");
        var role = await database.QueryOne(RoleOfReader, [thread.Tenant.Value, thread.Id, reader], found => found.GetString(0), cancel);
        return role is null ? null : new LiveWord("message_read", new
        {
            messageId = row.Id, threadId = thread.Id, readerId = reader, readerRole = role, readAt = At(data, "readAt"),
            upToSequence = row.Sequence,
        });
    }

    private static LiveWord? Retracted(MessageRow row, JsonElement data) => !row.IsRetracted ? null : new LiveWord("message_retracted", new
    {
        messageId = row.Id, threadId = row.ThreadId, sequence = row.Sequence, retractedBy = row.SenderId,
        retractedAt = At(data, "retractedAt"),
    });

    private static string Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

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

using System.Text.Json;
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
    Database database, MessageAnswers answers, ThreadSights sights, UnreadThreads unread, TimeProvider clock) : ILiveNamespace
{
    public const string Path = "/messaging";

    public string Name => Path;

    public IReadOnlySet<string> Types { get; } = new HashSet<string>(["message.sent", "message.read", "message.retracted"]);

    public async ValueTask<LiveWord> Greet(Caller caller, CancellationToken cancel)
    {
        var sight = await sights.Of(caller, cancel);
        var count = await unread.Count(sight, cancel);
        return new LiveWord("connected", new
        {
            userId = caller.User.Value, role = caller.Role.Name(), serverTime = clock.GetUtcNow(), unread = count.Sum(row => row.Value),
        });
    }

    public async ValueTask<IReadOnlyDictionary<string, LiveTold>> Tell(
        TenantId tenant, IReadOnlyList<LiveFact> events, CancellationToken cancel)
    {
        var told = new Dictionary<string, LiveTold>(StringComparer.Ordinal);
        var sent = events.Where(each => each.Type == "message.sent").ToLookup(each => Text(each.Data, "messageId"), each => each.EventId);
        var rows = await ReadMessages.OfIds(database, tenant, [.. sent.Select(each => each.Key)], cancel);
        foreach (var answer in await answers.WithWhatOpens(tenant, rows, cancel))
        {
            var message = new LiveTold(new LiveWord("new_message", answer), new UserId(answer.SenderId), "message_sent");
            foreach (var id in sent[answer.Id]) told.Add(id, message);
        }

        foreach (var each in events.Where(each => each.Type == "message.read"))
            told.Add(each.EventId, await Read(tenant, each.Data, cancel));
        foreach (var each in events.Where(each => each.Type == "message.retracted")) told.Add(each.EventId, Retracted(each.Data));
        return told;
    }

    private async ValueTask<LiveTold> Read(TenantId tenant, JsonElement data, CancellationToken cancel)
    {
        var (thread, reader) = (Text(data, "threadId"), Text(data, "readerId"));
        var role = await database.QueryOne(RoleOfReader, [tenant.Value, thread, reader], row => row.GetString(0), cancel);
        var word = new LiveWord("message_read", new
        {
            messageId = Text(data, "messageId"),
            threadId = thread,
            readerId = reader,
            readerRole = role,
            readAt = data.GetProperty("readAt").GetDateTimeOffset(),
            upToSequence = data.GetProperty("number").GetInt64(),
        });
        return new LiveTold(word, new UserId(reader));
    }

    private static LiveTold Retracted(JsonElement data)
    {
        var by = Text(data, "retractedBy");
        var word = new LiveWord("message_retracted", new
        {
            messageId = Text(data, "messageId"),
            threadId = Text(data, "threadId"),
            sequence = data.GetProperty("number").GetInt64(),
            retractedBy = by,
            retractedAt = data.GetProperty("retractedAt").GetDateTimeOffset(),
        });
        return new LiveTold(word, new UserId(by));
    }

    private static string Text(JsonElement data, string name) => data.GetProperty(name).GetString() ?? "";

    private static readonly Statement RoleOfReader = new("""
        select reader_role
        from messaging_mark
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and user_id = @user_id
        """);
}

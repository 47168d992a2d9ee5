using System.Text.Json;

namespace Vagus.Kernel;

/// <summary>
/// What a feature tells in a Socket.IO namespace besides its answers to commands: a greeting, and events of the log in words of its own.
/// The gateway keeps order, resume and who may see an event; the feature reads what the log does not hold, as sealed content.
/// </summary>
public interface ILiveNamespace
{
    /// <summary>Such as <c>/messaging</c>.</summary>
    string Name { get; }

    /// <summary>The types of events that it tells of; of others nothing is told in the namespace.</summary>
    IReadOnlySet<string> Types { get; }

    /// <summary>What a connection is told first, before it is in the feed.</summary>
    ValueTask<LiveGreeting> Greet(Caller caller, CancellationToken cancel);

    /// <summary>
    /// What is told of events, by their ids, to callers who may see them. One that is missing is not told. Content that cannot be opened
    /// must not fail it: the tenant's whole feed would stand still.
    /// </summary>
    ValueTask<IReadOnlyDictionary<string, LiveTold>> Tell(TenantId tenant, IReadOnlyList<LiveFact> events, CancellationToken cancel);

    /// <summary>A refusal of a command, also one by the gateway itself, in the words that clients of this namespace know.</summary>
    Refusal Told(Refusal refusal) => refusal;
}

/// <summary>An event of the log.</summary>
/// <param name="EventId">Its id.</param>
/// <param name="Type">Its wire name.</param>
/// <param name="Data">Its data.</param>
public sealed record LiveFact(string EventId, string Type, JsonElement Data)
{
    /// <summary>A text of the data; empty where it has none of the name.</summary>
    public string Text(string name) =>
        Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";

    /// <summary>A list of texts of the data; empty where it has none of the name.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String).Select(each => each.GetString() ?? "")] : [];
}

/// <summary>What a client is sent: the name of an event and its argument, written as JSON.</summary>
public sealed record LiveWord(string Name, object Data);

/// <summary>What a connection is told first.</summary>
/// <param name="Word">The word.</param>
/// <param name="Entered">Called when the connection is in the feed: what has changed since the word was made can be told from then on.</param>
public sealed record LiveGreeting(LiveWord Word, Action Entered);

/// <summary>What is told of an event, on every device.</summary>
/// <param name="Word">To all who may see it.</param>
/// <param name="Author">Who did it.</param>
/// <param name="AuthorHears">The name under which the author is told the same; null where it is told as all are.</param>
/// <param name="Hears">
/// Asked besides the visibility of the event, which others may have published: who sees what is told. It narrows and never widens.
/// </param>
public sealed record LiveTold(LiveWord Word, UserId Author, string? AuthorHears, Func<Caller, bool> Hears);

/// <summary>
/// Tells what is no part of the log, such as who is typing: to those who are connected to this process now, and to nobody later.
/// </summary>
public interface ITellLive
{
    /// <param name="tenant">Whose connections.</param>
    /// <param name="inNamespace">Such as <c>/messaging</c>.</param>
    /// <param name="word">What is told.</param>
    /// <param name="hears">Asked for each connection.</param>
    void Tell(TenantId tenant, string inNamespace, LiveWord word, Func<Caller, bool> hears);

    /// <summary>Tells each sign-in a word of its own, on all of its connections.</summary>
    void Tell(TenantId tenant, string inNamespace, IReadOnlyDictionary<SessionId, LiveWord> words);

    /// <summary>Who is connected to a namespace now: once for each connection.</summary>
    IReadOnlyList<Caller> Listening(TenantId tenant, string inNamespace);
}

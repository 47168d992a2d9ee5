using Vagus.Events;

namespace Vagus.Storage.Log;

/// <summary>
/// Who takes part in what an event is about. <paramref name="Kind"/> and <paramref name="Category"/> are a thread's; both are null for a
/// Task. <paramref name="Participants"/> are user ids, or references such as <c>Practitioner/123</c>.
/// </summary>
public sealed record EventAudience(string? Kind, string? Category, IReadOnlyList<string> Participants)
{
    public static EventAudience OfThread(string kind, string? category, IEnumerable<string> participants) =>
        new(kind, category, [.. participants]);

    /// <summary>
    /// The participation that the data itself names; null for events of no thread, and for a note, whose thread its writer names.
    /// </summary>
    public static EventAudience? Of(EventData data) => data switch
    {
        ThreadCreated thread => OfThread(thread.Kind, thread.Category, thread.ParticipantIds),
        ThreadUpdated thread => OfThread(thread.Kind, thread.Category, thread.ParticipantIds),
        ThreadClosed thread => OfThread(thread.Kind, null, thread.ParticipantIds),
        ThreadReopened thread => OfThread(thread.Kind, null, thread.ParticipantIds),
        MessageSent message => OfThread(message.Kind, null, message.ParticipantIds),
        MessageRead message => OfThread(message.Kind, null, message.ParticipantIds),
        MessageRetracted message => OfThread(message.Kind, null, message.ParticipantIds),
        _ => null,
    };

    public static EventAudience OfTask(IReadOnlyList<string> ownerAndRequester) => new(null, null, ownerAndRequester);

    /// <summary>One line as the log keeps it: <c>kind|category|participant participant</c>.</summary>
    public override string ToString()
    {
        string?[] words = [Kind, Category, .. Participants];
        if (Array.Exists(words, word => word is not null && word.AsSpan().ContainsAny('|', ' ')))
        {
            throw new FormatException("A participant, kind or category has no blank or bar.");
        }

        return $"{Kind}|{Category}|{string.Join(' ', Participants)}";
    }

    internal static EventAudience Parse(string line) => line.Split('|') switch
    {
        [var kind, var category, var people] =>
            new(NullIfEmpty(kind), NullIfEmpty(category), people.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        // An unreadable line has no participants.
        _ => new(null, null, []),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

using System.Text.Json;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Triage;

/// <summary>
/// What a tenant answers patients by itself. A thread that a patient begins gets the text of its category; outside of the hours of the
/// clinic a patient's message is told that the clinic is closed. Of one thread not more than one in <see cref="Every"/>.
/// </summary>
internal sealed record AutoReplies
{
    private const int MostOfText = 1000;
    private const int UsualHours = 24;
    private const int MostHours = 30 * 24;

    public TimeSpan Every { get; init; } = TimeSpan.FromHours(UsualHours);

    /// <summary>Categories whose threads are never answered by themselves.</summary>
    public IReadOnlyList<string> Off { get; init; } = [];

    /// <summary>The tenant's own texts by category, or <c>closed</c>.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The answer to a patient's message; null: none.</summary>
    /// <param name="thread">With the message in it.</param>
    /// <param name="isOpen">The clinic answers at this hour.</param>
    /// <param name="language">In which it writes.</param>
    /// <param name="at">When the message came.</param>
    public string? To(ThreadRow thread, bool isOpen, Language language, DateTimeOffset at)
    {
        if (thread.Category is not { } category || Off.Contains(category)) return null;
        if (thread.AutoRepliedAt is { } last && at - last < Every) return null;
        var text = thread.LastSequence == 1 ? Text(category, PatientWords.Reply(category), language) : null;
        if (isOpen) return text;
        var closed = Text("closed", PatientWords.Closed, language);
        return text is null ? closed : $"{text}\n\n{closed}";
    }

    public static Result<AutoReplies> Read(JsonElement given)
    {
        var fields = RequestFields.Read(given, "hours", "off", "texts");
        if (fields.Refusal is { } unknown) return unknown;
        var (hours, off) = (fields.Value.Position("hours"), fields.Value.Texts("off", ThreadCategory.All.Length));
        if ((hours.Refusal ?? off.Refusal) is { } malformed) return malformed;
        if (hours.Value is < 1 or > MostHours) return FieldRefusals.Wrong("hours", "a number of hours, at most thirty days");
        if (off.Value?.All(ThreadCategory.All.Contains) == false) return FieldRefusals.Wrong("off", "a list of categories");
        var texts = ReadTexts(given);
        if (texts.Refusal is { } wrong) return wrong;
        return new AutoReplies
        {
            Every = TimeSpan.FromHours(hours.Value ?? UsualHours), Off = off.Value ?? [], Texts = texts.Value,
        };
    }

    private string? Text(string name, string key, Language language) => Texts.GetValueOrDefault(name) ?? PatientWords.Find(language, key);

    private static Result<Dictionary<string, string>> ReadTexts(JsonElement given)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!given.TryGetProperty("texts", out var texts)) return own;
        string[] names = [.. ThreadCategory.All, "closed"];
        var fields = RequestFields.Read(texts, names);
        if (fields.Refusal is { } unknown) return unknown;
        foreach (var name in names)
        {
            var text = fields.Value.OptionalText(name, MostOfText);
            if (text.Refusal is { } malformed) return malformed;
            if (text.Value is not { } words) continue;
            if (string.IsNullOrWhiteSpace(words)) return FieldRefusals.Wrong(name, "a text");
            own[name] = words;
        }

        return own;
    }
}

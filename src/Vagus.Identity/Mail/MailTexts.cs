using Vagus.Access.Outgoing;

namespace Vagus.Identity.Mail;

/// <summary>Every text that this process can send: its own kinds, and the notices that other rooms registered.</summary>
internal sealed class MailTexts
{
    private readonly Dictionary<string, MailText> byName;

    public MailTexts(IEnumerable<MailNotice> notices)
    {
        byName = Enum.GetValues<MailKind>().Select(MailText.Of).ToDictionary(text => text.Name, StringComparer.Ordinal);
        foreach (var notice in notices)
        {
            if (!IsValid(notice) || !byName.TryAdd(notice.Name, TextOf(notice)))
                throw new InvalidOperationException($"The mail notice {notice.Name} is malformed, or its name is taken.");
        }
    }

    /// <summary>Throws for a name that is not known here: the mail waits for a process that knows it.</summary>
    public MailText Of(string name) => byName.TryGetValue(name, out var text)
        ? text : throw new InvalidOperationException($"There is no mail with the name {name}.");

    private static MailText TextOf(MailNotice notice) =>
        new(notice.Name, notice.Page, notice.Page is null ? notice.Body : $"{notice.Body}\n\n{MailText.Link}");

    private static bool IsValid(MailNotice notice) =>
        notice.Name.Length is > 0 and <= 50 && notice.Name.All(letter => char.IsAsciiLetterLower(letter) || letter == '_')
        && notice.Body.Length is > 0 and <= 1000 && !notice.Body.Contains(MailText.Link, StringComparison.Ordinal)
        && (notice.Page is null || notice.Page.StartsWith('/'));
}

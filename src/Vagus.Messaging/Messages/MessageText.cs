using Vagus.Kernel;

namespace Vagus.Messaging.Messages;

/// <summary>Which texts a message, a note or a subject may have. A text goes in and comes out as it was typed.</summary>
internal static class MessageText
{
    public const int MostCharacters = 5000;
    public const int MostOfSubject = 200;

    private const int PreviewCharacters = 120;

    /// <summary>The text of a message, which may be empty where it has attachments.</summary>
    public static Refusal? Refuse(string text, bool mayBeEmpty)
    {
        if (IsBroken(text)) return MessagingRefusals.BrokenText;
        if (text.Length > MostCharacters && text.EnumerateRunes().Count() > MostCharacters) return MessagingRefusals.TooLong;
        return !mayBeEmpty && string.IsNullOrWhiteSpace(text) ? MessagingRefusals.Empty : null;
    }

    public static Refusal? RefuseSubject(string text)
    {
        if (IsBroken(text)) return MessagingRefusals.BrokenText;
        return string.IsNullOrWhiteSpace(text) || text.Length > MostOfSubject
            ? new Refusal(RefusalKind.Invalid, "invalid", $"A subject has 1 to {MostOfSubject} characters.") : null;
    }

    /// <summary>The beginning, never cut within a pair of surrogates.</summary>
    public static string Preview(string text)
    {
        if (text.Length <= PreviewCharacters) return text;
        var end = char.IsHighSurrogate(text[PreviewCharacters - 1]) ? PreviewCharacters - 1 : PreviewCharacters;
        return text[..end];
    }

    private static bool IsBroken(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\0') return true;
            if (!char.IsSurrogate(text[at])) continue;
            if (!char.IsHighSurrogate(text[at]) || at + 1 == text.Length || !char.IsLowSurrogate(text[at + 1])) return true;
            at++;
        }

        return false;
    }
}

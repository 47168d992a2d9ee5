using Vagus.Access.Outgoing;

namespace Vagus.Identity.Notices;

/// <summary>
/// What notices say, in each language: that something waits, never what, of whom or from whom. The same for every person and organization.
/// </summary>
internal static class NoticeTexts
{
    private static readonly Dictionary<(NoticeKind Kind, string Language), NoticeText> Table = new()
    {
        [(NoticeKind.Message, "en")] = new(
            "You have a new message", "You have a new message. Sign in to read it:", "Sign in to read it."),
        [(NoticeKind.Message, "es")] = new(
            "Tiene un mensaje nuevo", "Tiene un mensaje nuevo. Inicie sesión para leerlo:", "Inicie sesión para leerlo."),
        [(NoticeKind.Notification, "en")] = new(
            "Something new waits for you", "Something new waits for you. Sign in to see it:", "Sign in to see it."),
        [(NoticeKind.Notification, "es")] = new(
            "Tiene una novedad", "Tiene una novedad. Inicie sesión para verla:", "Inicie sesión para verla."),
        [(NoticeKind.Alert, "en")] = new(
            "Urgent: an alert waits for you", "An urgent alert waits for you. Sign in now and acknowledge it:",
            "Sign in now and acknowledge it."),
        [(NoticeKind.Alert, "es")] = new(
            "Urgente: una alerta lo espera", "Una alerta urgente lo espera. Inicie sesión ahora y confírmela:",
            "Inicie sesión ahora y confírmela."),
    };

    private static readonly Dictionary<string, string> Footers = new(StringComparer.Ordinal)
    {
        ["en"] = "You can change these notices in your preferences.",
        ["es"] = "Puede cambiar estos avisos en sus preferencias.",
    };

    public static NoticeText Of(NoticeKind kind, string language) =>
        Table.GetValueOrDefault((kind, language)) ?? Table[(kind, NoticePreferences.DefaultLanguage)];

    /// <summary>The text of a mail.</summary>
    public static string Mail(NoticeKind kind, string language, string link)
    {
        var text = $"{Of(kind, language).Sentence}\n\n{link}";
        // An alert comes whatever a person has chosen.
        return kind == NoticeKind.Alert
            ? text : $"{text}\n\n{Footers.GetValueOrDefault(language, Footers[NoticePreferences.DefaultLanguage])}";
    }

    /// <summary>The text of a message to a phone, or what a call says.</summary>
    public static string Phone(NoticeKind kind, string language, NoticeChannel channel, string link)
    {
        var words = Of(kind, language);
        return channel == NoticeChannel.Voice ? $"{words.Title}. {words.Hint}" : $"{words.Sentence} {link}";
    }
}

/// <param name="Title">The subject of a mail, the title of a push message.</param>
/// <param name="Sentence">What a link follows.</param>
/// <param name="Hint">What to do, where there is no link to be read.</param>
internal sealed record NoticeText(string Title, string Sentence, string Hint);

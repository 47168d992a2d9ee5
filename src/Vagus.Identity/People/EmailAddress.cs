namespace Vagus.Identity.People;

/// <summary>The form of an address that mails can be sent to. Whether it exists only a mail can tell.</summary>
internal static class EmailAddress
{
    public const int MaxLength = 254;

    public static bool IsValid(string email) =>
        email.Length is >= 3 and <= MaxLength
            && email.IndexOf('@', StringComparison.Ordinal) is var at and >= 1
            && at < email.Length - 1
            && !email.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is '<' or '>' or ',' or ';');

    /// <summary>Whose mails come to one box: without case, and without what stands behind a '+' in the name.</summary>
    public static string MailboxOf(string email)
    {
        var key = UserRow.KeyOf(email);
        var name = NameOf(key);
        var tag = name.IndexOf('+', StringComparison.Ordinal);
        return tag < 1 ? key : string.Concat(name.AsSpan(0, tag), key.AsSpan(name.Length));
    }

    /// <summary>The part before the '@': what a password must not be made of.</summary>
    public static string NameOf(string email) => email[..Math.Max(0, email.IndexOf('@', StringComparison.Ordinal))];
}

using System.Text;
using Vagus.Kernel;

namespace Vagus.Identity.Passwords;

/// <summary>
/// What a new password must be: long. No composition rules and no expiry (NIST SP 800-63B-4); a guessable one is refused.
/// </summary>
internal static class PasswordRules
{
    public const int MinLength = 15;
    public const int MaxBytes = 256;
    private const int MinDistinct = 5;

    public static readonly Refusal TooShort = new(
        RefusalKind.Unprocessable, "password_too_short", $"A password has at least {MinLength} characters.");

    public static readonly Refusal TooLong = new(
        RefusalKind.Unprocessable, "password_too_long", $"A password has at most {MaxBytes} bytes.");

    public static readonly Refusal Breached = new(
        RefusalKind.Unprocessable, "password_breached",
        "This password is on a list of passwords that attackers try first. Take another one.");

    public static readonly Refusal Guessable = new(
        RefusalKind.Unprocessable, "password_guessable",
        "This password is easy to guess: it repeats itself or names you, your organization or Vagus.");

    /// <summary>Null when the password may be used. <paramref name="context"/>: words that an attacker would try first.</summary>
    public static Refusal? Check(string password, params ReadOnlySpan<string> context)
    {
        if (password.EnumerateRunes().Count() < MinLength) return TooShort;
        if (!Fits(password)) return TooLong;
        if (password.Distinct().Count() < MinDistinct) return Guessable;

        // What remains without the known words must be a password by itself.
        var remainder = Without(password, "vagus");
        foreach (var text in context)
        {
            foreach (var word in WordsOf(text)) remainder = Without(remainder, word);
        }

        if (remainder.Length < MinLength - MinDistinct) return Guessable;
        return BreachedPasswords.Contain(password) ? Breached : null;
    }

    public static bool Fits(string password) => Encoding.UTF8.GetByteCount(password) <= MaxBytes;

    // The text as it is, and its parts: names, and both sides of an e-mail address. Longer first, so that a part does not break the whole.
    private static IEnumerable<string> WordsOf(string text) =>
        text.Split([' ', '.', '-', '_', '+', '@'], StringSplitOptions.RemoveEmptyEntries)
            .Prepend(text)
            .Where(word => word.Length >= 3)
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .OrderByDescending(word => word.Length);

    private static string Without(string password, string word) => password.Replace(word, "", StringComparison.OrdinalIgnoreCase);
}

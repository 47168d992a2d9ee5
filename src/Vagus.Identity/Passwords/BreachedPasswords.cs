namespace Vagus.Identity.Passwords;

/// <summary>
/// Passwords that attackers try first, known without asking anybody: the list is in the program (see the README beside it). What people add
/// to such a password to make it long enough, digits and signs around it or the same once more, does not help it.
/// </summary>
internal static class BreachedPasswords
{
    private const string Resource = "Vagus.Identity.Passwords.breached.bin";
    private const int EnoughAround = 12;
    private static readonly Lazy<PasswordFilter> Filter = new(Load);

    public static bool Contain(string password) => Contain(Filter.Value, password);

    internal static bool Contain(PasswordFilter filter, string password)
    {
        if (filter.Knows(password) || IsKnown(filter, UnitOf(password))) return true;

        // A dozen random digits are a password by themselves, whatever stands between them.
        var core = CoreOf(password);
        return password.Length - core.Length < EnoughAround && core.Length >= PasswordFilter.MinLength
            && (IsKnown(filter, core) || IsKnown(filter, UnitOf(core)));
    }

    // A short part is guessed by itself; the list begins where that ends.
    private static bool IsKnown(PasswordFilter filter, string part) => part.Length < PasswordFilter.MinLength || filter.Knows(part);

    /// <summary>Without the digits, signs and blanks at both ends.</summary>
    private static string CoreOf(string password)
    {
        var (first, last) = (0, password.Length);
        while (first < last && !char.IsLetter(password[first])) first++;
        while (last > first && !char.IsLetter(password[last - 1])) last--;
        return password[first..last];
    }

    /// <summary>The shortest part that the text repeats; the text itself when it repeats nothing.</summary>
    private static string UnitOf(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            if (text.Length % length == 0 && text.AsSpan(length).SequenceEqual(text.AsSpan(0, text.Length - length))) return text[..length];
        }

        return text;
    }

    private static PasswordFilter Load()
    {
        using var stream = typeof(BreachedPasswords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The program lacks {Resource}.");
        var file = new byte[stream.Length];
        stream.ReadExactly(file);
        return PasswordFilter.Read(file);
    }
}

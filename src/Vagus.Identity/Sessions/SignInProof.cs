namespace Vagus.Identity.Sessions;

/// <summary>When and by what a session's user proved who he or she is. Methods are words of RFC 8176, separated by blanks.</summary>
internal sealed record SignInProof(DateTimeOffset At, string Methods)
{
    public const string Password = "pwd";
    public const string OneTimeCode = "otp";
    public const string Passkey = "pop user";
    public const string RecoveryCode = "recovery";

    /// <summary>The assertion of an application that acts for itself, by the name of RFC 7523's client authentication.</summary>
    public const string Assertion = "private_key_jwt";

    /// <summary>A password and something else.</summary>
    public static string WithPassword(string factor) => $"{Password} {factor} mfa";
}

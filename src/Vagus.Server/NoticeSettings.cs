using System.Globalization;
using Vagus.Identity.Notices;

namespace Vagus.Server;

/// <summary>When notices of what waits leave, and which gateway reaches phones. Variables only.</summary>
internal static class NoticeSettings
{
    private const string Delay = "VAGUS_NOTICE_DELAY";
    private const string Webhook = "VAGUS_PHONE_WEBHOOK";
    private const string SecretFile = "VAGUS_PHONE_WEBHOOK_SECRET_FILE";

    /// <param name="variable">An environment variable's value; null when it is not set.</param>
    public static NoticeOptions Read(Func<string, string?> variable)
    {
        var notices = new NoticeOptions
        {
            PhoneWebhook = variable(Webhook) is { } address ? Address(address) : null,
            PhoneSecret = variable("VAGUS_PHONE_WEBHOOK_SECRET") ?? (variable(SecretFile) is { } file ? SecretIn(file) : null),
            PhoneOnPrivateNetwork = variable("VAGUS_PHONE_WEBHOOK_PRIVATE") == "true",
        };
        return variable(Delay) is { } seconds ? notices with { Delay = Seconds(seconds) } : notices;
    }

    private static TimeSpan Seconds(string given) =>
        int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= 24 * 60 * 60
            ? TimeSpan.FromSeconds(seconds) : throw new FormatException($"{Delay} must be a number of seconds, at most a day.");

    private static Uri Address(string given) =>
        Uri.TryCreate(given, UriKind.Absolute, out var url) ? url : throw new FormatException($"{Webhook} is not an address.");

    private static string SecretIn(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{SecretFile} cannot be read.", cause);
        }
    }
}

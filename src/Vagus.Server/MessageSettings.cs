using System.Globalization;
using Vagus.Messaging;

namespace Vagus.Server;

/// <summary>How fast one user may send. A variable only.</summary>
internal static class MessageSettings
{
    private const string SendsPerMinute = "VAGUS_SENDS_PER_MINUTE";

    /// <param name="variable">An environment variable's value; null when it is not set.</param>
    public static MessagingOptions Read(Func<string, string?> variable)
    {
        if (variable(SendsPerMinute) is not { } given) return new MessagingOptions();
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var sends) && sends > 0
            ? new MessagingOptions { SendsPerMinute = sends } : throw new FormatException($"{SendsPerMinute} must be a number from 1.");
    }
}

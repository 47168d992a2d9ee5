using System.Globalization;
using Vagus.Realtime;

namespace Vagus.Server;

/// <summary>What one user may hold of the live gateways. Variables only.</summary>
internal static class LiveSettings
{
    /// <param name="usual">The other settings, and the defaults.</param>
    /// <param name="variable">An environment variable's value; null when it is not set.</param>
    public static RealtimeOptions Read(RealtimeOptions usual, Func<string, string?> variable)
    {
        return usual with
        {
            MaxSearchesOfUser = Number("VAGUS_SEARCHES_PER_PERSON", usual.MaxSearchesOfUser),
            MaxSearchesOfService = Number("VAGUS_SEARCHES_PER_SERVICE", usual.MaxSearchesOfService),
            MaxRawConnectionsOfUser = Number("VAGUS_SOCKETS_PER_PERSON", usual.MaxRawConnectionsOfUser),
            MaxRawConnectionsOfService = Number("VAGUS_SOCKETS_PER_SERVICE", usual.MaxRawConnectionsOfService),
        };

        int Number(string name, int otherwise)
        {
            if (variable(name) is not { } text) return otherwise;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
                ? number : throw new FormatException($"{name} must be a number from 1.");
        }
    }
}

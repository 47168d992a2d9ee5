using System.Globalization;
using Vagus.Kernel;

namespace Vagus.Server.Edge;

/// <summary>
/// What one process takes from the network: connections, bytes of bodies, and requests per second. Rates are units: a request is one unit,
/// a search or a Bundle more (<see cref="RequestCost"/>). A rate of 0 does not limit.
/// </summary>
internal sealed record EdgeLimits
{
    private const long Most = 10_000_000;

    /// <summary>A bucket holds what comes in this many seconds: the burst that a client may send at once.</summary>
    public const int BurstSeconds = 5;

    /// <summary>Connections of all kinds; one more is closed.</summary>
    public int Connections { get; init; } = 200_000;

    /// <summary>
    /// Connections that became WebSockets; one more is answered 503. The live gateways have limits of their own below it.
    /// </summary>
    public int Sockets { get; init; } = 160_000;

    /// <summary>Bytes of one request body outside of <c>/fhir</c>, whose own limit is <see cref="Fhir.FhirOptions.BodyBytes"/>.</summary>
    public int BodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Units per second from one address (IPv6: one network of 64 bits). A clinic may stand behind one address.</summary>
    public int UnitsPerAddress { get; init; } = 20_000;

    /// <summary>Units per second of one person.</summary>
    public int UnitsPerPerson { get; init; } = 500;

    /// <summary>Units per second of one service account: imports and interfaces.</summary>
    public int UnitsPerService { get; init; } = 20_000;

    /// <summary>Units per second of one organization.</summary>
    public int UnitsPerTenant { get; init; } = 50_000;

    public int UnitsOf(Role role) => role == Role.Service ? UnitsPerService : UnitsPerPerson;

    /// <param name="variable">Answers the value of an environment variable; null where it is absent.</param>
    public static EdgeLimits Read(Func<string, string?> variable)
    {
        var usual = new EdgeLimits();
        return new EdgeLimits
        {
            Connections = Number("VAGUS_MAX_CONNECTIONS", usual.Connections, least: 1),
            Sockets = Number("VAGUS_MAX_SOCKETS", usual.Sockets, least: 1),
            BodyBytes = Number("VAGUS_MAX_BODY_BYTES", usual.BodyBytes, least: 1024),
            UnitsPerAddress = Number("VAGUS_RATE_PER_ADDRESS", usual.UnitsPerAddress, least: 0),
            UnitsPerPerson = Number("VAGUS_RATE_PER_PERSON", usual.UnitsPerPerson, least: 0),
            UnitsPerService = Number("VAGUS_RATE_PER_SERVICE", usual.UnitsPerService, least: 0),
            UnitsPerTenant = Number("VAGUS_RATE_PER_TENANT", usual.UnitsPerTenant, least: 0),
        };

        int Number(string name, int otherwise, int least)
        {
            if (variable(name) is not { } text) return otherwise;
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= Most
                ? number
                : throw new FormatException($"{name} must be a number between {least} and {Most}.");
        }
    }
}

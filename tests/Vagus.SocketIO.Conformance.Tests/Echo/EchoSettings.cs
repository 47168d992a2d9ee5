namespace Vagus.SocketIO.Conformance.Tests.Echo;

/// <summary>
/// The command line of an echo program; pings are long unless a test is about them, so that no timer closes what a packet should.
/// </summary>
internal sealed record EchoSettings
{
    internal static EchoSettings Default { get; } = new();

    internal static EchoSettings ShortPings { get; } = new() { PingInterval = 300, PingTimeout = 200 };

    /// <summary>Pings that come soon, with ample time to answer them.</summary>
    internal static EchoSettings FrequentPings { get; } = new() { PingInterval = 300, PingTimeout = 15_000 };

    internal static EchoSettings WithRecovery { get; } = new() { Recovery = true };

    internal int PingInterval { get; init; } = 25_000;

    internal int PingTimeout { get; init; } = 20_000;

    internal int ConnectTimeout { get; init; } = 45_000;

    internal int UpgradeTimeout { get; init; } = 10_000;

    internal int MaxPayload { get; init; } = 1_000_000;

    internal bool Recovery { get; init; }

    internal IEnumerable<string> Arguments =>
    [
        "--ping-interval", $"{PingInterval}",
        "--ping-timeout", $"{PingTimeout}",
        "--connect-timeout", $"{ConnectTimeout}",
        "--upgrade-timeout", $"{UpgradeTimeout}",
        "--max-payload", $"{MaxPayload}",
        .. (string[])(Recovery ? ["--recovery"] : []),
    ];
}

using System.Globalization;

namespace Vagus.SocketIO.Echo;

/// <summary>The command line. Times are in milliseconds, sizes in bytes; what is not given keeps the library's default.</summary>
internal sealed record Flags
{
    public int Port { get; private init; } = 3000;

    public string Path { get; private init; } = "/socket.io/";

    public int? PingInterval { get; private init; }

    public int? PingTimeout { get; private init; }

    public int? ConnectTimeout { get; private init; }

    public int? UpgradeTimeout { get; private init; }

    public int? MaxPayload { get; private init; }

    public bool Recovery { get; private init; }

    internal static Flags Read(string[] arguments)
    {
        var flags = new Flags();
        for (var i = 0; i < arguments.Length; i++)
        {
            flags = arguments[i] switch
            {
                "--recovery" => flags with { Recovery = true },
                "--path" => flags with { Path = arguments[++i] },
                "--port" => flags with { Port = Number(arguments[++i]) },
                "--ping-interval" => flags with { PingInterval = Number(arguments[++i]) },
                "--ping-timeout" => flags with { PingTimeout = Number(arguments[++i]) },
                "--connect-timeout" => flags with { ConnectTimeout = Number(arguments[++i]) },
                "--upgrade-timeout" => flags with { UpgradeTimeout = Number(arguments[++i]) },
                "--max-payload" => flags with { MaxPayload = Number(arguments[++i]) },
                var unknown => throw new ArgumentException($"Unknown option {unknown}.", nameof(arguments)),
            };
        }
        return flags;
    }

    internal void Apply(SocketIOOptions options)
    {
        if (PingInterval is { } interval) options.Engine.PingInterval = TimeSpan.FromMilliseconds(interval);
        if (PingTimeout is { } timeout) options.Engine.PingTimeout = TimeSpan.FromMilliseconds(timeout);
        if (UpgradeTimeout is { } upgrade) options.Engine.UpgradeTimeout = TimeSpan.FromMilliseconds(upgrade);
        if (MaxPayload is { } payload) options.Engine.MaxPayload = payload;
        if (ConnectTimeout is { } connect) options.ConnectTimeout = TimeSpan.FromMilliseconds(connect);
        if (Recovery) options.Recovery = new RecoveryOptions();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

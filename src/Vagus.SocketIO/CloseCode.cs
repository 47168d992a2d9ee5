namespace Vagus.SocketIO;

/// <summary>WebSocket close codes that the server uses. A client that sees any of them reconnects by itself.</summary>
public static class CloseCode
{
    public const ushort Normal = 1000;
    public const ushort ProtocolError = 1002;
    public const ushort InvalidText = 1007;
    public const ushort TooBig = 1009;
    public const ushort ServiceRestart = 1012;

    /// <summary>The client read too slowly; what it missed is recovered when it comes back.</summary>
    public const ushort SlowReader = 4008;

    /// <summary>Another connection took over this session.</summary>
    public const ushort Replaced = 4009;

    /// <summary>Credentials ran out; the client comes back and authenticates anew.</summary>
    public const ushort Unauthenticated = 4401;
}

/// <summary>The text beside a close code: for people who look at a client's log; programs look at the code.</summary>
internal static class CloseText
{
    internal const string SlowReader = "slow_reader";
    internal const string Restart = "restart";
    internal const string Replaced = "replaced";

    /// <summary>A control frame carries 125 bytes, two of which are the code (RFC 6455, 5.5).</summary>
    private const int MaxBytes = 123;

    internal static string Checked(string text) => System.Text.Encoding.UTF8.GetByteCount(text) <= MaxBytes
        ? text
        : throw new ArgumentException($"A close frame carries at most {MaxBytes} bytes of text.", nameof(text));
}

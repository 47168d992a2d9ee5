namespace Vagus.SocketIO.Conformance.Tests.Echo;

/// <summary>
/// What to start: the built sample, or what VAGUS_ECHO_COMMAND names (separated by spaces), for instance
/// <c>node bench/socketio/peer/echo.mjs</c>: the suite must hold against the reference server too.
/// </summary>
internal static class EchoCommand
{
    private static readonly string? Other = Environment.GetEnvironmentVariable("VAGUS_ECHO_COMMAND");

    /// <summary>True when the program under test is the reference implementation on Node.</summary>
    internal static bool IsReference => Other?.StartsWith("node ", StringComparison.Ordinal) == true;

    internal static (string Program, string[] Arguments) Resolve()
    {
        if (Other is not null)
        {
            var words = Other.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (words[0], words[1..]);
        }
        var dll = Repository.At("samples", "Vagus.SocketIO.Echo", "bin", Repository.Configuration, "net10.0", "Vagus.SocketIO.Echo.dll");
        if (!File.Exists(dll)) Assert.Skip("The sample Vagus.SocketIO.Echo is not built and VAGUS_ECHO_COMMAND names no other server.");
        return ("dotnet", [dll]);
    }

    /// <summary>For behaviour in which we mean to differ from the reference.</summary>
    internal static void SkipOnReference(string difference) =>
        Assert.SkipWhen(IsReference, $"The reference server differs: {difference}");
}

namespace Vagus.SocketIO.Load.Server;

/// <summary>A server under test: its name in the tables and the command that starts it.</summary>
internal sealed record ServerKind(string Name, string Command, IReadOnlyList<string> Arguments)
{
    internal static ServerKind Dotnet(string dll) => new("Vagus", "dotnet", [dll]);

    internal static ServerKind Node(string script) => new("Node", "node", ["--expose-gc", script]);
}

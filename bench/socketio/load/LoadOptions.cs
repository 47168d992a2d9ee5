using System.Globalization;
using Vagus.SocketIO.Load.Server;

namespace Vagus.SocketIO.Load;

/// <summary>The command line: a mode, then `--name value` pairs.</summary>
internal sealed class LoadOptions
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    internal required string Mode { get; init; }

    internal static LoadOptions Parse(string[] arguments)
    {
        if (arguments is not [var mode, .. var pairs] || pairs.Length % 2 != 0)
            throw new ArgumentException("Expected a mode and then pairs of --name value.", nameof(arguments));
        LoadOptions options = new() { Mode = mode };
        for (var i = 0; i < pairs.Length; i += 2) options._values[pairs[i].TrimStart('-')] = pairs[i + 1];
        return options;
    }

    internal IReadOnlyList<ServerKind> Servers
    {
        get
        {
            List<ServerKind> servers = [];
            if (_values.TryGetValue("dotnet", out var dll)) servers.Add(ServerKind.Dotnet(dll));
            if (_values.TryGetValue("node", out var script)) servers.Add(ServerKind.Node(script));
            return servers.Count > 0 ? servers : throw new InvalidOperationException("Name a server: --dotnet <dll> or --node <script>.");
        }
    }

    internal int Whole(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    internal double Number(string name, double otherwise) =>
        _values.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    internal IReadOnlyList<string> List(string name) => _values.TryGetValue(name, out var text) ? text.Split(',') : [];
}

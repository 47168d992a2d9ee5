using Vagus.SocketIO.Load.Server;

namespace Vagus.SocketIO.Load.Measures;

/// <summary>Runs every measure against each server in turn, so that a busy minute hits all of them, and prints one table.</summary>
internal sealed class Comparison(IReadOnlyList<ServerKind> servers, int repeats, IReadOnlyList<string> chosen, int idleMembers)
{
    private readonly Dictionary<(string Measure, string Server), List<Figure>> _figures = [];
    private readonly List<string> _order = [];

    private IEnumerable<(string Name, Func<EchoServer, IEnumerable<Figure>> Run)> Measures =>
    [
        ("bursts", server => new Bursts().Run(server)),
        ("paced", server => new Paced(50).Run(server)),
        ("paced", server => new Paced(100).Run(server)),
        ("idle", server => new Idle(idleMembers).Run(server)),
        ("slow", server => new OneSlowReader().Run(server)),
    ];

    internal async Task RunAsync()
    {
        foreach (var (name, measure) in Measures.Where(measure => chosen.Count == 0 || chosen.Contains(measure.Name)))
        {
            for (var round = 0; round < repeats; round++)
            {
                foreach (var kind in servers) await RunOneAsync(name, kind, measure);
            }
        }
        Print();
    }

    private async Task RunOneAsync(string name, ServerKind kind, Func<EchoServer, IEnumerable<Figure>> measure)
    {
        await using var server = await EchoServer.StartAsync(kind);
        try
        {
            foreach (var figure in measure(server)) Keep(kind, figure);
        }
        catch (Exception failed) when (failed is TimeoutException or InvalidOperationException)
        {
            Console.WriteLine($"  {kind.Name}, {name}: {failed.Message}");
        }
    }

    private void Keep(ServerKind kind, Figure figure)
    {
        Console.WriteLine($"  {kind.Name,-6} {figure.Measure}: {figure.Value:0.##} {figure.Unit}");
        if (!_order.Contains(figure.Measure)) _order.Add(figure.Measure);
        if (!_figures.TryGetValue((figure.Measure, kind.Name), out var known)) _figures[(figure.Measure, kind.Name)] = known = [];
        known.Add(figure);
    }

    private void Print()
    {
        Console.WriteLine();
        Console.WriteLine($"| measure (median of {repeats}) | {string.Join(" | ", servers.Select(server => server.Name))} | ratio |");
        Console.WriteLine($"|---|{string.Concat(servers.Select(_ => "---:|"))}---:|");
        foreach (var measure in _order)
        {
            var values = servers.Select(server => Median(measure, server)).ToList();
            var unit = servers.Select(server => _figures.GetValueOrDefault((measure, server.Name)))
                .First(list => list is not null)?[0].Unit;
            var ratio = values is [{ } ours, { } theirs] && theirs > 0 ? $"{ours / theirs:0.00}" : "–";
            Console.WriteLine(
                $"| {measure}, {unit} | {string.Join(" | ", values.Select(value => value is { } number ? $"{number:0.##}" : "–"))} | {ratio} |");
        }
    }

    private double? Median(string measure, ServerKind server)
    {
        if (!_figures.TryGetValue((measure, server.Name), out var figures)) return null;
        var ordered = figures.Select(figure => figure.Value).Order().ToList();
        return ordered.Count % 2 == 1 ? ordered[ordered.Count / 2] : (ordered[ordered.Count / 2 - 1] + ordered[ordered.Count / 2]) / 2;
    }
}

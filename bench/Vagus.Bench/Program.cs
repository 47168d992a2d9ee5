using System.CommandLine;
using Vagus.Bench;

var url = new Option<Uri>("--url")
{
    Description = "address of the server",
    DefaultValueFactory = _ => new Uri("http://localhost:3000"),
    CustomParser = result => new Uri(result.Tokens[0].Value, UriKind.Absolute),
};
var token = new Option<string>(
    "--token") { Description = "access token of a user who may read and write all that is sent", Required = true };
var workers = new Option<int>("--workers") { Description = "requests at the same time", DefaultValueFactory = _ => 16 };
var requests = new Option<int>("--requests") { Description = "requests in all", DefaultValueFactory = _ => 10_000 };
var seconds = new Option<int>("--seconds") { Description = "stop after so long", DefaultValueFactory = _ => 60 };
var rate = new Option<int>("--rate") { Description = "writes per second", DefaultValueFactory = _ => 500 };
var bytes = new Option<long>("--bytes-per-second") { Description = "what the slow reader reads", DefaultValueFactory = _ => 1_000_000 };
var years = new Option<int>("--years") { Description = "history of each patient", DefaultValueFactory = _ => 1 };
var changes = new Option<int>("--changes") { Description = "changes of the patients' records a second meanwhile" };
var bundles = new Option<DirectoryInfo?>(
    "--bundles") { Description = "folder of transaction bundles to import; without it bundles are made" };
var folder = new Argument<DirectoryInfo>("DIR") { Description = "folder of transaction bundles" }.AcceptExistingOnly();

return await new RootCommand("Bounded load on a running server's FHIR API. Prints the rate and how long requests took.")
{
    Mode("create", "POST observations", Modes.Create),
    Mode("read", "GET observations by id", Modes.Read),
    Mode("search", "search observations by patient and code", Modes.Search),
    Mode("send", "POST messages to pools", Modes.Send),
    Import(),
    Latency(),
    Readers(),
    Charts("charts", "read charts at a pace, one call each", calls => calls.Run),
    Charts("chart-searches", "the same charts, each gathered by parallel searches", calls => calls.RunSearches),
}.Parse(args).InvokeAsync();

Command Mode(string name, string words, Func<Target, Amount, CancellationToken, Task<string>> run)
{
    var command = new Command(name, words) { url, token, workers, requests, seconds };
    command.SetAction((parsed, cancel) => Run(parsed, target => run(target, AmountOf(parsed), cancel)));
    return command;
}

Command Import()
{
    var command = new Command("import", "POST every bundle of a folder once") { folder, url, token, workers, seconds };
    command.SetAction((parsed, cancel) => Run(parsed, target =>
        Modes.Import(target, AmountOf(parsed) with { Requests = int.MaxValue }, parsed.GetRequiredValue(folder).FullName, cancel)));
    return command;
}

Command Latency()
{
    var command = new Command(
        "latency", "write at a pace and time the update frames at a WebSocket") { url, token, workers, requests, seconds, rate };
    command.SetAction((parsed, cancel) => Run(parsed, target =>
        new DeliveryLatency(target, AmountOf(parsed), Math.Clamp(parsed.GetValue(rate), 1, 100_000)).Run(cancel)));
    return command;
}

Command Readers()
{
    var command = new Command("slow-readers", "import while ten subscribers read, then also one slowly and one nothing")
    {
        url, token, workers, requests, seconds, bytes, bundles,
    };
    command.SetAction((parsed, cancel) => Run(parsed, target =>
        new SlowReaders(
            target, AmountOf(parsed), Math.Clamp(parsed.GetValue(bytes), 1_000, 1_000_000_000), parsed.GetValue(bundles)?.FullName)
            .Run(cancel)));
    return command;
}

Command Charts(string name, string words, Func<ChartCalls, Func<CancellationToken, Task<string>>> which)
{
    var command = new Command(name, words) { url, token, workers, requests, seconds, rate, years, changes };
    command.SetAction((parsed, cancel) => Run(parsed, target => which(new ChartCalls(
        target, AmountOf(parsed), Math.Clamp(parsed.GetValue(rate), 1, 100_000), Math.Clamp(parsed.GetValue(years), 1, 50),
        Math.Clamp(parsed.GetValue(changes), 0, 1_000)))(cancel)));
    return command;
}

Amount AmountOf(ParseResult parsed) => new(
    Math.Clamp(parsed.GetValue(workers), 1, 1_024),
    Math.Clamp(parsed.GetValue(requests), 1, 5_000_000),
    TimeSpan.FromSeconds(Math.Clamp(parsed.GetValue(seconds), 1, 3_600)));

async Task<int> Run(ParseResult parsed, Func<Target, Task<string>> run)
{
    using var target = new Target(parsed.GetRequiredValue(url), parsed.GetRequiredValue(token), AmountOf(parsed).Workers);
    try
    {
        Console.WriteLine(await run(target));
        return 0;
    }
    catch (Exception failure) when (failure is HttpRequestException or InvalidDataException or System.Net.WebSockets.WebSocketException
        or OperationCanceledException)
    {
        await Console.Error.WriteLineAsync(failure.Message);
        return 1;
    }
}

using Vagus.SocketIO.Load;
using Vagus.SocketIO.Load.Churn;
using Vagus.SocketIO.Load.Measures;

var options = LoadOptions.Parse(args);
if (options.Mode is "churn")
{
    var churn = ChurnOptions.For(TimeSpan.FromMinutes(options.Number("minutes", 1))) with { Concurrent = options.Whole("members", 300) };
    var isSound = true;
    foreach (var kind in options.Servers) isSound &= await new ChurnRun(kind, churn).RunAsync();
    return isSound ? 0 : 1;
}
if (options.Mode is "compare")
{
    await new Comparison(options.Servers, options.Whole("repeats", 3), options.List("only"), options.Whole("idle", 5_000)).RunAsync();
    return 0;
}
Console.Error.WriteLine($"Unknown mode {options.Mode}.");
return 2;

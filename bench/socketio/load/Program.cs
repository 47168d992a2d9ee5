using Vagus.SocketIO.Load;
using Vagus.SocketIO.Load.Churn;

var options = LoadOptions.Parse(args);
if (options.Mode is "churn")
{
    var churn = ChurnOptions.For(TimeSpan.FromMinutes(options.Number("minutes", 1))) with { Concurrent = options.Whole("members", 300) };
    var isSound = true;
    foreach (var kind in options.Servers) isSound &= await new ChurnRun(kind, churn).RunAsync();
    return isSound ? 0 : 1;
}
Console.Error.WriteLine($"Unknown mode {options.Mode}.");
return 2;

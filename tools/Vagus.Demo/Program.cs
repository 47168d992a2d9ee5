using System.CommandLine;
using Vagus.Demo;

var root = new RootCommand("Fills a Vagus server with synthetic clinics and plays a day in them, all over its public API.")
{
    Commands.Load(),
    Commands.Play(),
    Commands.Import(),
};
return await root.Parse(args).InvokeAsync();

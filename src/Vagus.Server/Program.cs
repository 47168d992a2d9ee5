using System.CommandLine;
using Vagus.Server;
using Vagus.Server.Commands;

var root = new RootCommand("Vagus: the real-time layer of clinical software. Without a command it serves.");
var settings = new ServerSettings(root);
root.SetAction((parsed, cancel) => Serving.Run(settings.Read(parsed), cancel));
root.Add(TenantCommands.Create(settings));
root.Add(UserCommands.Create(settings));
root.Add(PeopleCommands.Create(settings));
root.Add(KeyCommands.Create(settings));
return await root.Parse(args).InvokeAsync();

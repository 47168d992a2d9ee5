using System.CommandLine;
using System.Text.Json;
using Vagus.Server;
using Vagus.Server.Checkup;
using Vagus.Server.Commands;

// Before the first regular expression: those that libraries make of uploaded definitions have no limit of their own.
AppContext.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", TimeSpan.FromSeconds(1));
var root = new RootCommand("Vagus: the real-time layer of clinical software. Without a command it serves.");
var settings = new ServerSettings(root);
root.SetAction((parsed, cancel) => Serving.Run(settings.Read(parsed), cancel));
root.Add(BackupCommands.Backup(settings));
root.Add(BackupCommands.Restore(settings));
root.Add(TenantCommands.Create(settings));
root.Add(UserCommands.Create(settings));
root.Add(PeopleCommands.Create(settings));
root.Add(PortalCommands.Create(settings));
root.Add(ServiceCommands.Create(settings));
root.Add(AppCommands.Create(settings));
root.Add(SessionCommands.Create(settings));
root.Add(KeyCommands.Create(settings));
root.Add(ConsumerCommands.Create(settings));
root.Add(SubscriptionCommands.Create(settings));
root.Add(ChartCommands.Create(settings));
root.Add(ImportCommand.Create(settings));
root.Add(AuditCommands.Create(settings));
root.Add(SigningKeyCommands.Create(settings));
root.Add(FileCommands.Create(settings));
root.Add(DoctorCommand.Create(settings));
try
{
    // The library's own limit of two seconds would cut the drain of the sockets.
    var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Serving.EndsWithin };
    return await root.Parse(args).InvokeAsync(invocation);
}
catch (Exception wrong) when (wrong is FormatException or JsonException)
{
    // A setting or a setting's file that cannot be read: the message names it, a stack trace would not help.
    await Console.Error.WriteLineAsync(wrong.Message);
    return Serving.RefusedExitCode;
}
catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
{
    // The top of the program: an address in use, a database that does not answer, a defect. A crash would end with 134 and a core dump.
    await Console.Error.WriteLineAsync(unforeseen.ToString());
    return Serving.NotStartedExitCode;
}

using System.CommandLine;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus tenant add</c> and <c>vagus tenant set</c>.</summary>
internal static class TenantCommands
{
    public static Command Create(ServerSettings settings)
    {
        var tenant = new Command("tenant", "Organizations.");
        tenant.Add(Add(settings));
        tenant.Add(Set(settings));
        tenant.Add(MoveCommands.Move(settings));
        tenant.Add(MoveCommands.Places(settings));
        tenant.Add(MoveCommands.Remove(settings));
        return tenant;
    }

    private static Command Add(ServerSettings settings)
    {
        var id = new Argument<string>("id") { Description = "Its short name: letters, digits, '-' and '_'." };
        var name = new Option<string>("--name") { Description = "The organization's name.", Required = true };
        var add = new Command("add", "Adds an organization.") { id, name };
        add.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => OperatorRecord.Before(
                provider, (AuditActions.AddTenant, $"Tenant/{parsed.GetRequiredValue(id)}"),
                () => provider.GetRequiredService<AddTenant>().Add(parsed.GetRequiredValue(id), parsed.GetRequiredValue(name), cancel)),
            added => Console.WriteLine($"tenant {added} added"),
            cancel));
        return add;
    }

    private static Command Set(ServerSettings settings)
    {
        var id = new Argument<string>("id");
        var name = new Argument<string>("setting")
        {
            Description = "critical-limits, critical-findings, visibility, policy, sign-in, proxy-ages or full-text.",
        };
        var file = new Option<FileInfo>("--file") { Description = "A JSON file with the setting.", Required = true };
        var set = new Command("set", "Sets one of an organization's settings.") { id, name, file };
        set.SetAction(async (parsed, cancel) =>
        {
            using var value = JsonDocument.Parse(await File.ReadAllTextAsync(parsed.GetRequiredValue(file).FullName, cancel));
            return await OperatorScope.Run(
                settings.Read(parsed),
                provider =>
                    provider.GetRequiredService<TenantSettings>()
                    .Set(new TenantId(parsed.GetRequiredValue(id)), parsed.GetRequiredValue(name), value.RootElement, cancel),
                done => Console.WriteLine($"{done} set"),
                cancel);
        });
        return set;
    }
}

using System.CommandLine;
using Vagus.Access.KeyUpkeep;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus keys destroy</c>, <c>hold</c>, <c>release</c>, <c>holds</c> and <c>retain</c>: the end of keys, and what keeps them.
/// </summary>
internal static class KeyEndCommands
{
    public static void AddTo(Command keys, ServerSettings settings)
    {
        keys.Add(Destroy(settings));
        keys.Add(Hold(settings));
        keys.Add(Release(settings));
        keys.Add(Holds(settings));
        keys.Add(Retain(settings));
    }

    private static Command Destroy(ServerSettings settings)
    {
        var scope = new ScopeOptions();
        var confirmed = new Option<string>("--confirm")
        {
            Description = "The id once more: what its key sealed can never be read again.", Required = true,
        };
        var command = new Command(
            "destroy", "Destroys the key of a thread or file. Refused under a legal hold and before its retention ends.") { confirmed };
        scope.AddTo(command);
        command.SetAction((parsed, cancel) => OperatorScope.Run<IReadOnlyList<string>>(
            settings.Read(parsed),
            async provider => scope.Read(parsed) is var named && parsed.GetRequiredValue(confirmed) == named.Id
                ? await provider.GetRequiredService<DestroyKey>().Destroy(named, cancel) : NotConfirmed,
            ids => Console.WriteLine($"destroyed {string.Join(' ', ids)}"),
            cancel));
        return command;
    }

    private static readonly Refusal NotConfirmed = new(
        RefusalKind.Invalid, "not_confirmed", "--confirm must repeat the value of --id. Nothing was destroyed.");

    private static Command Hold(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var type = new Option<string?>("--type") { Description = "Such as thread or file; without it everything of the tenant is held." };
        var id = new Option<string?>("--id") { Description = "One thread or file; without it all of the type." };
        var matter = new Option<string>("--matter")
        {
            Description = "The reference of the legal matter, such as a file number. No patient data.", Required = true,
        };
        var command = new Command("hold", "Places a legal hold: keys that it covers cannot be destroyed.") { tenant, type, id, matter };
        command.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<LegalHolds>().Place(
                new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetValue(type), parsed.GetValue(id), parsed.GetRequiredValue(matter),
                cancel),
            hold => Console.WriteLine($"hold {hold}"),
            cancel));
        return command;
    }

    private static Command Release(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var hold = new Argument<string>("hold");
        var command = new Command("release", "Releases a legal hold.") { tenant, hold };
        command.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<LegalHolds>()
                .Release(new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(hold), cancel),
            released => Console.WriteLine($"hold {released} released"),
            cancel));
        return command;
    }

    private static Command Holds(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var command = new Command("holds", "Lists the legal holds in force: id, type, id of what is held, since, matter.") { tenant };
        command.SetAction((parsed, cancel) => OperatorScope.Run<List<LegalHold>>(
            settings.Read(parsed),
            async provider => await provider.GetRequiredService<LegalHolds>()
                .List(new TenantId(parsed.GetRequiredValue(tenant)), cancel),
            all => all.ForEach(each => Console.WriteLine(
                $"{each.Id} {AllIfEmpty(each.ScopeType)} {AllIfEmpty(each.ScopeId)} {each.PlacedAt:yyyy-MM-dd} {each.Matter}")),
            cancel));
        return command;
    }

    private static string AllIfEmpty(string name) => name.Length == 0 ? "*" : name;

    private static Command Retain(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var type = new Option<string>("--type") { Description = "Such as thread or file.", Required = true };
        var days = new Option<long>("--days") { Description = "Days after the key's last use.", Required = true };
        var command = new Command("retain", "Sets how long a tenant's keys of one type are kept. Ten years where it was not set.")
        {
            tenant, type, days,
        };
        command.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<LegalHolds>().SetRetention(
                new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(type), parsed.GetValue(days), cancel),
            kept => Console.WriteLine($"{kept} keys are kept so long"),
            cancel));
        return command;
    }
}

using System.CommandLine;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Files;
using Vagus.Storage.Moving;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus tenant move</c>, <c>places</c> and <c>remove</c>: a tenant goes into the database of another installation, and what it left is
/// removed by a command of its own.
/// </summary>
internal static class MoveCommands
{
    public static Command Move(ServerSettings settings)
    {
        var id = new Argument<string>("id");
        var address = new Option<string>("--to-address")
        {
            Description = "The public address of the other installation: clients are told it from the switch on.", Required = true,
        };
        var postgres = new Option<string?>("--to-postgres")
        {
            Description = "The other installation's database; better given as VAGUS_TO_POSTGRES. Without it: the SQLite of --to-data.",
        };
        var data = new Option<string?>("--to-data")
        {
            Description = "The other installation's data folder: its root key, its files, its SQLite. Default: that of this one.",
        };
        var cancelled = new Option<bool>("--cancel") { Description = "Gives up a move that has not come to its switch." };
        var move = new Command(
            "move", "Moves an organization into the database of another installation. Called again after it ended in any way, it goes on.")
        {
            id, address, postgres, data, cancelled,
        };
        move.SetAction((parsed, cancel) => Refusing(settings.Read(parsed), async (here, options) =>
        {
            var place = new OtherPlace(
                parsed.GetValue(postgres) ?? Environment.GetEnvironmentVariable("VAGUS_TO_POSTGRES"), parsed.GetValue(data),
                Environment.GetEnvironmentVariable("VAGUS_TO_KEYS_POSTGRES"), FileSettings.BlobsOfOther(Environment.GetEnvironmentVariable));
            var moving = new MovedTenant(here, options, place, new TenantId(parsed.GetRequiredValue(id)));
            var to = Address(parsed.GetRequiredValue(address));
            var detail = parsed.GetValue(cancelled) ? "given-up=true" : $"to={to}";
            await Record(here, AuditActions.MoveTenant, parsed.GetRequiredValue(id), detail);
            return parsed.GetValue(cancelled) ? await moving.GiveUp(cancel) : await moving.Run(to, cancel);
        }, cancel));
        return move;
    }

    public static Command Places(ServerSettings settings)
    {
        var places = new Command("places", "Lists the organizations that are on their way, or are served by another installation: id, state, address.");
        places.SetAction((parsed, cancel) => Refusing(settings.Read(parsed), async (here, _) =>
        {
            foreach (var (tenant, state, address) in await here.GetRequiredService<TenantMoves>().List(cancel))
                Console.WriteLine($"{tenant} {state} {(address.Length > 0 ? address : "-")}");
            return 0;
        }, cancel));
        return places;
    }

    public static Command Remove(ServerSettings settings)
    {
        var id = new Argument<string>("id");
        var remove = new Command(
            "remove", "Removes what an organization has left here that is served by another installation: rows, audit, keys and files.") { id };
        remove.SetAction((parsed, cancel) => Refusing(settings.Read(parsed), async (here, _) =>
        {
            var tenant = new TenantId(parsed.GetRequiredValue(id));
            await Record(here, AuditActions.RemoveTenant, tenant.Value, detail: null);
            await here.GetRequiredService<TenantMoves>().Leftovers().RunHere(
                tenant, () => RemoveFiles(here.GetRequiredService<IBlobStore>(), tenant, cancel), cancel);
            Console.WriteLine($"nothing of {tenant} is left here but the address at which it is served");
            return 0;
        }, cancel));
        return remove;
    }

    private static async ValueTask Record(IServiceProvider here, string action, string tenant, string? detail)
    {
        if (await OperatorRecord.Keep(here, action, $"Tenant/{tenant}", detail) is { } refused)
            throw new MoveException($"It cannot be recorded ({refused.Code}), so it is not done.");
    }

    private static async ValueTask RemoveFiles(IBlobStore files, TenantId tenant, CancellationToken cancel)
    {
        await foreach (var blob in files.List(cancel))
            if (blob.Name.Tenant == tenant) await files.Delete(blob.Name, cancel);
    }

    private static string Address(string given) =>
        Uri.TryCreate(given, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            ? given.TrimEnd('/') : throw new MoveException("--to-address is the https address of the other installation.");

    private static async Task<int> Refusing(
        ServerOptions options, Func<IServiceProvider, ServerOptions, Task<int>> command, CancellationToken cancel)
    {
        try
        {
            await using var here = await OperatorScope.Open(options, cancel);
            return await command(here, options);
        }
        catch (Exception refused)
            when (refused is MoveException or KeysUnavailableException or FilesUnreachableException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 1;
        }
    }
}

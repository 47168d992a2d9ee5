using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Migrations;

namespace Vagus.Server.Commands;

/// <summary>The rooms without the web server, for one command of the operator.</summary>
internal static class OperatorScope
{
    /// <summary>The same on a database that is there: a folder that was named wrongly is not made into an empty one.</summary>
    public static async Task<int> RunOnExisting<T>(
        ServerOptions options, Func<IServiceProvider, ValueTask<Result<T>>> command, Action<T> print, CancellationToken cancel)
    {
        var folder = Path.GetFullPath(options.Storage.DataFolder);
        if (options.Storage.Postgres is not null || File.Exists(Path.Combine(folder, "vagus.db")))
            return await Run(options, command, print, cancel);
        await Console.Error.WriteLineAsync($"no_database: {folder} has no database. Name its folder by --data.");
        return 1;
    }

    /// <summary>Runs the command against the migrated database and prints its refusal, if any.</summary>
    public static async Task<int> Run<T>(
        ServerOptions options, Func<IServiceProvider, ValueTask<Result<T>>> command, Action<T> print, CancellationToken cancel)
    {
        await using var provider = await Open(options, cancel);
        var outcome = await Outcome(provider, command);
        if (outcome.Refusal is { } refusal)
        {
            await Console.Error.WriteLineAsync($"{refusal.Code}: {refusal.Message}");
            return 1;
        }

        print(outcome.Value);
        return 0;
    }

    /// <summary>The rooms on the migrated database.</summary>
    public static async ValueTask<ServiceProvider> Open(ServerOptions options, CancellationToken cancel)
    {
        var services = new ServiceCollection();
        services.AddLogging(
            logging =>
            logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddVagus(options);
        var provider = services.BuildServiceProvider();
        await provider.GetRequiredService<Migrator>().Run(cancel);
        return provider;
    }

    private static async ValueTask<Result<T>> Outcome<T>(IServiceProvider provider, Func<IServiceProvider, ValueTask<Result<T>>> command)
    {
        try
        {
            return await command(provider);
        }
        catch (KeysUnavailableException cause)
        {
            return new Refusal(RefusalKind.Unavailable, "keys_unavailable", cause.Message);
        }
    }
}

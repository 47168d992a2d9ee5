using System.CommandLine;
using Vagus.Identity.Keys;

namespace Vagus.Server.Commands;

/// <summary><c>vagus keys replace</c>: for the day when a signing key may be in wrong hands.</summary>
internal static class KeyCommands
{
    public static Command Create(ServerSettings settings)
    {
        var replace = new Command(
            "replace",
            "Throws all signing keys away and makes a new one. Access tokens end within seconds; signed-in people notice one refresh.");
        replace.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<ReplaceSigningKeys>().Replace(cancel),
            kid => Console.WriteLine($"signing key {kid} replaces all others"),
            cancel));
        var keys = new Command("keys", "The keys that sign access tokens (replace) and those that seal content (all others).") { replace };
        VaultCommands.AddTo(keys, settings);
        KeyEndCommands.AddTo(keys, settings);
        KeyBackupCommands.AddTo(keys, settings);
        return keys;
    }
}

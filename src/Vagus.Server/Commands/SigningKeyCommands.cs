using System.CommandLine;
using Vagus.Clinic.Signatures;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus signing-keys rotate</c>: the keys by which an organization's people sign records.</summary>
internal static class SigningKeyCommands
{
    public static Command Create(ServerSettings settings) =>
        new("signing-keys", "The keys by which an organization's people sign records.") { Rotate(settings) };

    private static Command Rotate(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var rotate = new Command("rotate", "Makes a new key. Former keys stay published: what they signed is verified by them.") { tenant };
        rotate.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => provider.GetRequiredService<RotateSigningKey>().Rotate(new TenantId(parsed.GetRequiredValue(tenant)), cancel),
            id => Console.WriteLine($"signing key {id} signs from now on"),
            cancel));
        return rotate;
    }
}

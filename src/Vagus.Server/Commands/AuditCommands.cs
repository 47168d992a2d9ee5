using System.CommandLine;
using System.Text;
using Vagus.Access.Audit;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Access.Audit.Proofs;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus audit keys</c>, <c>rotate-key</c>, <c>prove</c> and <c>verify</c>.</summary>
internal static class AuditCommands
{
    public static Command Create(ServerSettings settings) => new("audit", "The record of every access: its keys, proofs and verification.")
    {
        Keys(settings),
        RotateKey(settings),
        Prove(settings),
        AuditVerifyCommand.Create(settings),
    };

    private static Command Keys(ServerSettings settings)
    {
        var keys = new Command("keys", "Prints the public keys of the checkpoints, one a line. Keep them apart from the server.");
        keys.SetAction((parsed, cancel) => OperatorScope.Run<List<string>>(
            settings.Read(parsed),
            async provider => (await provider.GetRequiredService<CheckpointKeys>().Published(cancel)).ToList(),
            lines => Console.WriteLine(string.Join(Environment.NewLine, lines)),
            cancel));
        return keys;
    }

    private static Command RotateKey(ServerSettings settings)
    {
        var rotate = new Command(
            "rotate-key", "Makes a new key for the checkpoints. One checkpoint of each log is signed with both and leads to the new key.");
        rotate.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            provider => OperatorRecord.Before(
                provider, (AuditActions.RotateKey, "AuditKey"), () => provider.GetRequiredService<SignCheckpoints>().RotateKey(cancel)),
            id => Console.WriteLine($"audit key {id} signs from now on"),
            cancel));
        return rotate;
    }

    private static Command Prove(ServerSettings settings)
    {
        var tenant = new Option<string>("--tenant") { Required = true };
        var index = new Option<long>("--index") { Description = "The entry's place in the log.", Required = true };
        var output = new Option<FileInfo?>("--out") { Description = "Where the proof is written; it may not exist. Default: standard output." };
        var prove = new Command("prove", "Writes the proof that an entry is in the log. The verifier checks it with the public key alone.")
        {
            tenant, index, output,
        };
        prove.SetAction((parsed, cancel) => OperatorScope.Run(
            settings.Read(parsed),
            async provider =>
            {
                await provider.GetRequiredService<SignCheckpoints>().SignGrown(cancel);
                return await provider.GetRequiredService<AuditProofs>()
                    .Inclusion(new TenantId(parsed.GetRequiredValue(tenant)), parsed.GetRequiredValue(index), cancel);
            },
            proof => Write(proof, parsed.GetValue(output)),
            cancel));
        return prove;
    }

    private static void Write(AuditProof proof, FileInfo? output)
    {
        if (output is null)
        {
            Console.Write(proof.ToText());
            return;
        }

        using var file = new FileStream(output.FullName, FileMode.CreateNew, FileAccess.Write);
        file.Write(Encoding.UTF8.GetBytes(proof.ToText()));
        Console.WriteLine($"proof of entry {proof.Index} of {proof.Tenant} written to {output.FullName}");
    }
}

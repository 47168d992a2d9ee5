using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vagus.Server.Commands;

/// <summary>
/// The end of a restore, and of the copy of a tenant: the audit is verified by the program that is shipped beside the server, without the
/// anchors, which may tell of entries from after the backup. Says plainly where that program is not there.
/// </summary>
internal static class RestoredAudit
{
    /// <param name="options">Where the restored database is.</param>
    /// <param name="programs">The folder of this program.</param>
    /// <param name="output">Gets one line.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="tenant">Whose log; null: all.</param>
    /// <returns>The verifier's exit code; 0 where there is none.</returns>
    public static async Task<int> Verify(
        ServerOptions options, string programs, TextWriter output, CancellationToken cancel, string? tenant = null)
    {
        var program = Path.Combine(
            programs, "audit-verifier", OperatingSystem.IsWindows() ? "vagus-audit-verifier.exe" : "vagus-audit-verifier");
        if (!File.Exists(program))
        {
            await output.WriteLineAsync("audit: NOT verified, this program is shipped without the verifier.");
            return 0;
        }

        string[] database = options.Storage.Postgres is null ? ["--sqlite", Path.Combine(options.Storage.DataFolder, "vagus.db")] : [];
        string[] one = tenant is null ? [] : ["--tenant", tenant];
        var start = new ProcessStartInfo(program, ["verify", .. database, .. one, "--without-anchors"]);
        // The runtime that runs this program, wherever it is installed.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        // No argument: others on the machine could see it.
        start.Environment["VAGUS_POSTGRES"] = options.Storage.Postgres;
        using var verifier = Process.Start(start) ?? throw new IOException($"{program} could not be started.");
        await verifier.WaitForExitAsync(cancel);
        await output.WriteLineAsync(verifier.ExitCode == 0 ? "audit: verified" : $"audit: NOT sound, the verifier ended with {verifier.ExitCode}");
        return verifier.ExitCode;
    }
}

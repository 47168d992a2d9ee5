using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Vagus.Server.Commands;

/// <summary>
/// <c>vagus audit verify</c>: runs the verifier that is shipped beside the server, a program that shares no code with it, and ends with its
/// exit code. Customers who trust no program of the server's machine run their own copy of it, or write their own.
/// </summary>
internal static class AuditVerifyCommand
{
    public static Command Create(ServerSettings settings)
    {
        var keys = new Option<FileInfo[]>("--key")
        {
            Description = "Public keys that were kept apart from the server. Default: those beside the anchors, or else of the database itself.",
        };
        var tenant = new Option<string?>("--tenant") { Description = "One log only. Default: all." };
        var json = new Option<bool>("--json") { Description = "One line of JSON for each log." };
        var unanchored = new Option<bool>("--without-anchors") { Description = "Missing anchors are no finding." };
        var verify = new Command(
            "verify",
            "Verifies the audit logs. Ends with 0 where nothing is wrong, 10: tampered, 11: anchors are missing, 12: a key is unknown.")
        {
            keys, tenant, json, unanchored,
        };
        settings.AddAnchors(verify);
        verify.SetAction((parsed, cancel) =>
        {
            var options = settings.Read(parsed);
            string[] arguments =
            [
                .. options.Storage.Postgres is null ? ["--sqlite", Path.Combine(options.Storage.DataFolder, "vagus.db")] : Array.Empty<string>(),
                .. options.Access.Anchors.Folder is { } folder ? ["--anchors", folder] : Array.Empty<string>(),
                .. (parsed.GetValue(keys) ?? []).SelectMany(key => new[] { "--key", key.FullName }),
                .. parsed.GetValue(tenant) is { } one ? ["--tenant", one] : Array.Empty<string>(),
                .. parsed.GetValue(json) ? ["--json"] : Array.Empty<string>(),
                .. parsed.GetValue(unanchored) ? ["--without-anchors"] : Array.Empty<string>(),
            ];
            return Run(arguments, options.Storage.Postgres, cancel);
        });
        return verify;
    }

    private static async Task<int> Run(string[] arguments, string? postgres, CancellationToken cancel)
    {
        var program = Path.Combine(
            AppContext.BaseDirectory, "audit-verifier", OperatingSystem.IsWindows() ? "vagus-audit-verifier.exe" : "vagus-audit-verifier");
        var start = new ProcessStartInfo(program, ["verify", .. arguments]);
        // The runtime that runs this program, wherever it is installed.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        // No argument: others on the machine could see it.
        start.Environment["VAGUS_POSTGRES"] = postgres;
        using var verifier = Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
        await verifier.WaitForExitAsync(cancel);
        return verifier.ExitCode;
    }
}

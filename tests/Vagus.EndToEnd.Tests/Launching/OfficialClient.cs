using System.Runtime.CompilerServices;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.EndToEnd.Tests.Launching;

/// <summary>The npm package <c>fhirclient</c>: installed once, run by Node or loaded by a page.</summary>
internal static class OfficialClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly NodePackage Package = new(Folder(), Limit);

    /// <summary>The script for browsers.</summary>
    public static string Script => Path.Combine(Package.Modules, "fhirclient", "build", "fhir-client.js");

    /// <summary>Registers a public application of the client's with a running server; its client id.</summary>
    public static async Task<string> Register(RunningServer server, string scopes, string redirect)
    {
        var made = await ChildProcess.Run(
            [
                "dotnet", Programs.Server, "app", "add", "--tenant", Clinic.Tenant, "--name", "Official client", "--scopes", scopes,
                "--redirect", redirect, "--data", server.Data.Folder,
            ],
            Limit, server.Data.Environment);
        return made.Split('\n').Single(line => line.StartsWith("client ", StringComparison.Ordinal))[7..].Trim();
    }

    /// <summary>Null when the client is there, otherwise why it is not.</summary>
    public static Task<string?> Install() => Package.Install();

    public static Task<(int ExitCode, string Output)> Run(string program, string[] arguments) => Package.Run(program, arguments);

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "node");
}

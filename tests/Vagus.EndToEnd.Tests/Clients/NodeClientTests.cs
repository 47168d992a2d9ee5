using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clients;

/// <summary>fhir-kit-client, fhirclient and Medplum's client against a real server process, where they are plain FHIR.</summary>
public abstract class NodeClientTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Real_clients_write_read_patch_search_and_page()
    {
        if (await Install() is { } reason) Assert.Skip(reason);
        await using var server = await RunningServer.Start(engine);
        using var provider = server.SignIn("provider");

        var (exitCode, output) = await Run("node", ["clients.mjs", $"{server.Url}/fhir", await provider.Token()]);

        Assert.True(exitCode == 0, output);
        var told = JsonElement.Parse(output.Trim().Split('\n')[^1]);
        Assert.Equal(
            """{"same":true,"versions":3,"ofType":3,"ofSystem":3,"birthDate":"1930-05-17","everything":["Patient"],"found":3,"batch":"200","gone":410}""",
            told.GetProperty("kit").GetRawText());
        Assert.Equal("""{"version":"2","active":false,"found":3}""", told.GetProperty("smart").GetRawText());
        Assert.Equal(
            """{"once":true,"same":true,"birthDate":"1930-05-17","versions":3,"found":1,"everything":1,"batch":"201","binary":"text/plain","valid":"information"}""",
            told.GetProperty("medplum").GetRawText());
    }

    /// <summary>Null when the clients are there, otherwise why they are not.</summary>
    private static async Task<string?> Install()
    {
        // npm writes this file last.
        if (File.Exists(Path.Combine(Folder(), "node_modules", ".package-lock.json"))) return null;
        try
        {
            var (exitCode, output) = await Run("npm", ["ci", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]);
            return exitCode == 0 ? null : $"The clients cannot be installed: {output}";
        }
        catch (Win32Exception)
        {
            return "Node or npm is not installed.";
        }
    }

    private static async Task<(int ExitCode, string Output)> Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder(),
        }) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, process.ExitCode == 0 ? await output : await output + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "node");
}

public sealed class NodeClientsOnSqlite() : NodeClientTests(Engine.Sqlite);

public sealed class NodeClientsOnPostgres() : NodeClientTests(Engine.Postgres);

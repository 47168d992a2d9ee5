using System.Runtime.CompilerServices;
using System.Text.Json;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clients;

/// <summary>fhir-kit-client, fhirclient and Medplum's client against a real server process, where they are plain FHIR.</summary>
public abstract class NodeClientTests(Engine engine)
{
    private static readonly NodePackage Node = new(Folder(), TimeSpan.FromMinutes(3));

    [Fact]
    public async Task Real_clients_write_read_patch_search_and_page()
    {
        if (await Node.Install() is { } reason) Assert.Skip(reason);
        await using var server = await RunningServer.Start(engine);
        using var provider = server.SignIn("provider");

        var (exitCode, output) = await Node.Run("node", ["clients.mjs", $"{server.Url}/fhir", await provider.Token()]);

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

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "node");
}

public sealed class NodeClientsOnSqlite() : NodeClientTests(Engine.Sqlite);

public sealed class NodeClientsOnPostgres() : NodeClientTests(Engine.Postgres);

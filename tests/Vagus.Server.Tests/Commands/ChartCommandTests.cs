using System.CommandLine;
using System.Text.Json;
using Vagus.Server.Commands;
using Vagus.Server.Tests.Isolation;

namespace Vagus.Server.Tests.Commands;

/// <summary><c>vagus charts rebuild</c> on the data of a server that runs.</summary>
public sealed class ChartCommandTests
{
    [Fact]
    public async Task Charts_are_built_anew_while_the_server_serves_them()
    {
        await using var server = await TestServer.Start();
        var side = await Side.Open(server, "north");
        await Chart(side);

        Assert.Equal(0, await Run(server, "--tenant north"));
        Assert.Equal(0, await Run(server, ""));
        Assert.Equal(1, await Run(server, "--tenant nowhere"));

        Assert.Equal("Canary", (await Chart(side)).GetProperty("name").GetString());
    }

    private static Task<int> Run(TestServer server, string which)
    {
        var root = new RootCommand();
        root.Add(ChartCommands.Create(new ServerSettings(root)));
        return root.Parse($"charts rebuild {which} --data {server.Folder}").InvokeAsync();
    }

    /// <summary>Once the charts have come to the patient.</summary>
    private static async Task<JsonElement> Chart(Side side)
    {
        for (var again = 0; again < 300; again++)
        {
            var (status, text) = await side.Send(side.Admin, "GET", "/api/aggregate/patients/north-record");
            if (status == 200) return JsonElement.Parse(text);
            await Task.Delay(100);
        }

        throw new TimeoutException("There is no chart.");
    }
}

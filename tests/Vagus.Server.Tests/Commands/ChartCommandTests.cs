using System.CommandLine;
using System.Globalization;
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

        Assert.Equal(0, (await Run(server, "--tenant north")).Code);
        Assert.Equal(0, (await Run(server, "")).Code);
        Assert.Equal(1, (await Run(server, "--tenant nowhere")).Code);

        Assert.Equal("Canary", (await Chart(side)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_rebuild_says_after_each_part_how_far_it_is_and_when_the_new_charts_are_served()
    {
        await using var server = await TestServer.Start();
        var side = await Side.Open(server, "north");
        // Two parts: a part has 500 positions.
        for (var number = 0; number < 6; number++)
        {
            var entries = string.Join(',', Enumerable.Range(0, 100).Select(_ =>
                """{"resource":{"resourceType":"Basic","code":{"text":"note"}},"request":{"method":"POST","url":"Basic"}}"""));
            var (status, text) = await side.Send(
                side.Admin, "POST", "/fhir", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{entries}}]}""");
            Assert.True(status == 200, text);
        }

        var added = await side.Send(side.Admin, "PUT", "/fhir/Patient/last", """{"resourceType":"Patient","id":"last"}""");
        Assert.True(added.Status == 201, added.Text);
        await Chart(side, "last");
        // A server that runs would build some of the parts itself.
        await server.App.StopAsync();

        var (code, lines) = await Run(server, "--tenant north");

        Assert.Equal(0, code);
        Assert.Equal("rebuilt: 1", lines[^1]);
        var parts = lines[..^1].Select(line => line.Split(' ')).ToList();
        var last = parts[^1][1];
        Assert.True(parts.Count > 1);
        Assert.All(parts, part => Assert.Equal(("north", "of", last), (part[0], part[2], part[3].TrimEnd(','))));
        var positions = parts.ConvertAll(part => long.Parse(part[1], CultureInfo.InvariantCulture));
        Assert.Equal(positions.Distinct().Order(), positions);
        Assert.Equal([parts[^1]], parts.Where(part => part[^1] == "served"));
    }

    private static async Task<(int Code, string[] Lines)> Run(TestServer server, string which)
    {
        var root = new RootCommand();
        root.Add(ChartCommands.Create(new ServerSettings(root)));
        await using var output = new StringWriter();
        var code = await root.Parse($"charts rebuild {which} --data {server.Folder}").InvokeAsync(
            new InvocationConfiguration { Output = output });
        return (code, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    /// <summary>Once the charts have come to the patient.</summary>
    private static async Task<JsonElement> Chart(Side side, string patient = "north-record")
    {
        for (var again = 0; again < 300; again++)
        {
            var (status, text) = await side.Send(side.Admin, "GET", $"/api/aggregate/patients/{patient}");
            if (status == 200) return JsonElement.Parse(text);
            await Task.Delay(100);
        }

        throw new TimeoutException("There is no chart.");
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Messaging;

/// <summary>A patient, a pharmacy, a driver and a nurse with the client that browsers use, against a real server process.</summary>
public abstract class MessagingStoryTests(Engine engine)
{
    private static readonly NodePackage Node = new(Folder(), TimeSpan.FromMinutes(2));

    [Fact]
    public async Task Pharmacy_patient_and_driver_talk_and_a_refill_is_answered_while_their_lines_are_cut()
    {
        if (await Node.Install() is { } reason) Assert.Skip(reason);
        await using var server = await RunningServer.Start(engine);
        using var provider = server.SignIn("provider");
        using var pharmacy = server.SignIn("pharmacy");
        using var nurse = server.SignIn("nurse");
        using var driver = server.SignIn("driver");

        var (exitCode, output) = await Node.Run(
            "node",
            ["story.mjs", server.Url, await provider.Token(), await pharmacy.Token(), await nurse.Token(), await driver.Token()]);

        Assert.True(exitCode == 0, output + server.Said);
        var told = JsonElement.Parse(output.Trim().Split('\n')[^1]);
        Assert.Equal(
            """{"greeted":true,"acknowledged":true,"reconnects":1,"sequences":true,"devices":41,"same":true,"receipt":41,"stored":41,"about":1,"content":"Is it ready?"}""",
            told.GetProperty("talk").GetRawText());
        Assert.Equal(
            """{"acknowledged":true,"reconnects":2,"patient":true,"driver":true,"stored":true,"pharmacy":0}""",
            told.GetProperty("delivery").GetRawText());
        Assert.Equal(
            """{"found":1,"shown":["patient","service","nurse"],"filled":true,"answered":true,"draft":0,"leaks":false,"reconnects":2,"phone":"2,3","ward":"1,2,4","unread":0,"closed":"closed","status":"waiting_provider","kinds":"message,message,note,message,message"}""",
            told.GetProperty("refill").GetRawText());
    }

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "node");
}

public sealed class MessagingStoryOnSqlite() : MessagingStoryTests(Engine.Sqlite);

public sealed class MessagingStoryOnPostgres() : MessagingStoryTests(Engine.Postgres);

using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Operating;

/// <summary>The operator's commands for events that a consumer could not take.</summary>
public abstract class ParkedEventCommandTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly string[] Key = ["harbor", "charts", "7"];

    [Fact]
    public async Task Parked_events_are_listed_retried_and_dropped()
    {
        await using var data = await ServerData.Create(engine);
        Assert.Equal("", await Run(data, "parked"));
        var parked = await data.Commit.Write<int>(
            new TenantId("harbor"), async (write, cancel) => await write.Execute(Park, [false], cancel), CancellationToken.None);
        Assert.Equal(1, parked.Value);

        Assert.StartsWith("harbor charts 7 e7 8 InvalidDataException 1970-01-01", await Run(data, "parked"), StringComparison.Ordinal);
        Assert.Equal("retry: harbor charts 7", await Run(data, ["retry", .. Key]));
        Assert.True(await data.Database.QueryOne(RetryIsWanted, [], row => row.GetBoolean(0), CancellationToken.None));
        Assert.Equal("drop: harbor charts 7", await Run(data, ["drop", .. Key]));
        Assert.Equal("", await Run(data, "parked"));

        await using var again = ChildProcess.Start(Command(data, ["drop", .. Key]), data.Environment);
        Assert.Equal(1, await again.Ended(Limit));
        Assert.Contains("not_parked", again.Said, StringComparison.Ordinal);
    }

    private static async Task<string> Run(ServerData data, params string[] words) =>
        (await ChildProcess.Run(Command(data, words), Limit, data.Environment)).Trim();

    private static string[] Command(ServerData data, string[] words) =>
        ["dotnet", Programs.Server, "consumers", .. words, "--data", data.Folder];

    private static readonly Statement Park = new("""
        insert into parked_event (tenant_id, consumer, position, event_id, error, attempts, parked_at, retry)
        values ('harbor', 'charts', 7, 'e7', 'InvalidDataException', 8, 0, @retry)
        """);

    private static readonly Statement RetryIsWanted = new("select retry from parked_event");
}

public sealed class SqliteParkedEventCommandTests() : ParkedEventCommandTests(Engine.Sqlite);

public sealed class PostgresParkedEventCommandTests() : ParkedEventCommandTests(Engine.Postgres);

using Microsoft.Extensions.DependencyInjection;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Server.Tests.Commands;

/// <summary><c>vagus consumers forget</c> on the data of a server that runs.</summary>
public sealed class ConsumerCommandTests
{
    [Fact]
    public async Task A_consumer_that_is_gone_is_forgotten_and_one_of_the_server_is_not()
    {
        await using var server = await TestServer.Start();
        await Change(server, "insert into consumer_lease (consumer, node, epoch, installed_at) values ('former', '', 3, 1)");
        await Change(server, "insert into log_cursor (tenant_id, consumer, position) values ('harbor', 'former', 7)");

        var forgotten = await Run(server, "former");
        var again = await Run(server, "former");
        var present = await Run(server, "charts");

        Assert.Equal((0, "forget: former tenants=1"), forgotten);
        Assert.Equal((1, 1), (again.Code, present.Code));
        Assert.Equal(0, await Count(server, "former"));
        Assert.Equal(1, await Count(server, "charts"));
    }

    [Fact]
    public async Task What_this_release_has_stays_whatever_the_process_that_is_asked_runs()
    {
        await using var server = await TestServer.Start("--urls http://127.0.0.1:0 --roles messaging");
        string[] consumers = ["fhir-subscriptions", "charts", "nats", "nats-streams"];
        foreach (var consumer in consumers)
            await Change(server, $"insert into consumer_lease (consumer, node, epoch, installed_at) values ('{consumer}', '', 3, 1)");

        foreach (var consumer in consumers)
        {
            var refused = await Run(server, consumer, new Dictionary<string, string> { ["VAGUS_ROLES"] = "messaging" });
            Assert.Equal((consumer, 1), (consumer, refused.Code));
            Assert.Equal((consumer, 1), (consumer, await Count(server, consumer)));
        }
    }

    private static async Task<(int Code, string Said)> Run(
        TestServer server, string consumer, IReadOnlyDictionary<string, string>? variables = null)
    {
        await using var command = StartedServer.Start(["consumers", "forget", consumer, "--data", server.Folder], variables);
        var said = await command.All();
        return (await command.Ended(), said.Trim());
    }

    private static async Task Change(TestServer server, string sql) => Assert.False((await server.App.Services
        .GetRequiredService<GroupCommit>().Write<int>(
            new TenantId("harbor"), async (write, cancel) => await write.Execute(new Statement(sql), [], cancel), default)).IsRefused);

    private static async Task<long> Count(TestServer server, string consumer) => await server.App.Services
        .GetRequiredService<Database>().QueryOne(
            new Statement("select count(*) from consumer_lease where consumer = @consumer"), [consumer], row => row.GetInt64(0), default);
}

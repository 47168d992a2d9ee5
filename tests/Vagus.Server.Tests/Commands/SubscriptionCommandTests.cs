using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Outgoing;
using Vagus.Server.Tests.Edge;

namespace Vagus.Server.Tests.Commands;

/// <summary><c>vagus subscriptions</c> on the data of a server that runs.</summary>
public sealed class SubscriptionCommandTests
{
    private const string Form = """
        {"resourceType":"Subscription","status":"requested","reason":"a test","criteria":"Observation?status=final",
         "channel":{"type":"rest-hook","endpoint":"https://receiver.example:8443/canary","payload":"application/fhir+json"}}
        """;

    [Fact]
    public async Task A_receiver_that_fails_is_listed_and_gone_to_again()
    {
        var tries = 0;
        await using var server = await TestServer.Start(add: services => services.AddSingleton<ResolveHost>((_, _) =>
        {
            Interlocked.Increment(ref tries);
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        }));
        var token = await EdgeClinic.SignIn(server);
        Assert.Equal((0, ""), await Run(server, "failing", "harbor"));
        using var made = await EdgeClinic.Ask(server, "/fhir/Subscription", token, HttpMethod.Post, Form);
        var id = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("id").GetString()!;
        await Becomes(server, token, id, "error");

        var (code, line) = await Run(server, "failing", "harbor");

        Assert.Equal(0, code);
        Assert.StartsWith(
            $"{id} error no-response receiver.example:8443 attempts=1 events=0 delivered=0 owner=", line, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", line, StringComparison.Ordinal);
        Assert.Equal((0, ""), await Run(server, "failing", "elsewhere"));
        Assert.Equal(1, (await Run(server, "replay", "elsewhere", id)).Code);
        Assert.Equal(1, (await Run(server, "replay", "harbor", "unknown")).Code);
        Assert.Equal(1, (await Run(server, "replay", "harbor", id, "--from", "2")).Code);
        Assert.Equal(1, tries);
        Assert.Equal((0, $"replay: {id} events=0"), await Run(server, "replay", "harbor", id, "--from", "1"));
        await Until(() => Task.FromResult(tries == 2), "the receiver is not gone to again");
        await Becomes(server, token, id, "error");
    }

    private static async Task<(int Code, string Said)> Run(TestServer server, params string[] arguments)
    {
        await using var command = StartedServer.Start(["subscriptions", .. arguments, "--data", server.Folder]);
        var said = await command.All();
        return (await command.Ended(), said.Trim());
    }

    private static Task Becomes(TestServer server, string token, string id, string status) => Until(
        async () =>
        {
            using var answer = await EdgeClinic.Ask(server, $"/fhir/Subscription/{id}", token);
            return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("status").GetString() == status;
        },
        $"the subscription is not {status}");

    private static async Task Until(Func<Task<bool>> holds, string otherwise)
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (!await holds())
        {
            Assert.True(DateTime.UtcNow < end, otherwise);
            await Task.Delay(50);
        }
    }
}

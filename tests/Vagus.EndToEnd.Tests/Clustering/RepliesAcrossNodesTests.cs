using System.Net;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>
/// Colleagues on two nodes do not see each other's sign of typing. What keeps a thread from being answered twice is the database.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RepliesAcrossNodesTests
{
    private const int Rounds = 10;
    private const string Door = "/api/patient-messages/threads";

    [Fact]
    public async Task Of_two_replies_at_once_on_two_nodes_one_is_stored_and_the_other_is_told_what_is_new()
    {
        await using var one = await RunningServer.Start(Engine.Postgres);
        await using var other = await one.StartBeside();
        using var records = one.SignIn("service");
        using var nurse = one.SignIn("nurse");
        using var provider = other.SignIn("provider");
        var made = await records.Put("/fhir/Patient/p1", """{"resourceType":"Patient","id":"p1","name":[{"family":"Ruiz"}]}""");
        Assert.True(made.Succeeded, made.Text);
        var begun = await nurse.Post(Door, """{"patientId":"p1","subject":"Your values","category":"general","content":"How are you?"}""");
        Assert.True(begun.Succeeded, begun.Text);
        var thread = (string)begun.Json["thread"]!["id"]!;

        for (var round = 0; round < Rounds; round++)
        {
            var seen = (int)(await nurse.Get($"{Door}/{thread}")).Json["thread"]!["lastSequence"]!;
            var reply = $$"""{"content":"Round {{round}}","lastSeenSequence":{{seen}}}""";
            var answers = await Task.WhenAll(
                nurse.Post($"{Door}/{thread}/messages", reply), provider.Post($"{Door}/{thread}/messages", reply));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
            var late = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Conflict);
            Assert.Equal("newer_messages", (string)late.Json["code"]!);
            Assert.Equal($"Round {round}", (string)late.Json["messages"]![0]!["content"]!);
        }
    }
}

using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Searching;

/// <summary>
/// A search is kept open over the death of its node: on another node of the cluster, and on the same one when it is there again. The
/// client's list is what the search finds.
/// </summary>
public sealed class LiveSearchAcrossNodesTests
{
    private const string Search = "Appointment?practitioner=Practitioner/dr-1&status=booked";

    [Fact]
    public async Task A_list_is_gone_on_with_on_another_node_and_after_a_restart()
    {
        await using var one = await RunningServer.Start(Engine.Postgres);
        await using var other = await one.StartBeside();
        using var writer = other.SignIn("provider");
        var token = await writer.Token();
        await Put(writer, "a");
        await Put(writer, "b");

        await using var first = await OpenSearch.Open(one, token, Search);
        await first.Told("c", await Put(writer, "c"));
        await first.Told("a", await Put(writer, "a", minute: 5));
        await IsExact(writer, first);
        await one.Kill();
        await Put(writer, "b", status: "cancelled");
        await Put(writer, "d");

        await using var second = await OpenSearch.Open(other, token, Search, first);
        await IsExact(writer, second);
        await second.Told("e", await Put(writer, "e"));
        await Put(writer, "c", status: "cancelled");
        await second.Told("c", version: null);
        await IsExact(writer, second);
        await one.StartAgain();

        await using var third = await OpenSearch.Open(one, token, Search, second);
        await IsExact(writer, third);
        await third.Told("f", await Put(writer, "f"));
        await IsExact(writer, third);
        Assert.True(second.WasReset && third.WasReset, "A node that does not know the rights of then begins anew.");
        // The same node knows them: nothing is sent twice.
        await using var fourth = await OpenSearch.Open(one, token, Search, third);
        Assert.False(fourth.WasReset);
        await fourth.Told("g", await Put(writer, "g"));
        await IsExact(writer, fourth);
    }

    private static async Task IsExact(SignedIn writer, OpenSearch open)
    {
        var found = await writer.Get($"/fhir/{Search}&_count=1000");
        var expected = (found.Json["entry"]?.AsArray() ?? [])
            .ToDictionary(entry => (string)entry!["resource"]!["id"]!, entry => (string)entry!["resource"]!["meta"]!["versionId"]!);
        Assert.Equal(
            expected.OrderBy(each => each.Key, StringComparer.Ordinal), open.List.OrderBy(each => each.Key, StringComparer.Ordinal));
    }

    /// <summary>Answers the version.</summary>
    private static async Task<string> Put(SignedIn writer, string id, string status = "booked", int minute = 0)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $"2026-11-26T09:{minute:D2}:00Z");
        var appointment = new JsonObject
        {
            ["resourceType"] = "Appointment", ["id"] = id, ["status"] = status, ["start"] = start, ["end"] = "2026-11-26T10:00:00Z",
            ["participant"] = new JsonArray(new JsonObject
            {
                ["actor"] = new JsonObject { ["reference"] = "Practitioner/dr-1" }, ["status"] = "accepted",
            }),
        };
        var answer = await writer.Put($"/fhir/Appointment/{id}", appointment.ToJsonString());
        Assert.True(answer.Succeeded, answer.Text);
        return (string)answer.Json["meta"]!["versionId"]!;
    }
}

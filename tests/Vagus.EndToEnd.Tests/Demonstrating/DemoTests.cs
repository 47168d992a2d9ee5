using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Events;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Demonstrating;

/// <summary>The demo program against the real server, with the people that bin/demo adds.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Asked as the schedule board asks: by the day.</summary>
    private static async Task<int> BookedToday(RunningServer server, string signIns)
    {
        var tenant = JsonNode.Parse(await File.ReadAllTextAsync(signIns))!["tenants"]!.AsArray()
            .Single(each => (string)each!["tenant"]! == "harbor-demo");
        var user = tenant!["users"]!.AsArray().First(each => (string)each!["role"]! == "front_desk")!;
        using var frontDesk = new SignedIn(
            server, new Person("harbor-demo", (string)user["email"]!, (string)user["password"]!, "front_desk"));
        var today = DateTime.Today;
        var found = await frontDesk.Get(
            string.Create(
            CultureInfo.InvariantCulture,
            $"/fhir/Appointment?date=ge{today.AddDays(-1):yyyy-MM-dd}&date=le{today.AddDays(1):yyyy-MM-dd}&_summary=count"));
        return found.Succeeded ? (int)found.Json["total"]! : throw new InvalidOperationException(found.Text);
    }

    [Fact]
    public async Task The_demo_loads_its_clinics_and_plays_a_day_in_which_every_event_of_the_catalogue_occurs()
    {
        await using var server = await RunningServer.Start(Engine.Sqlite);
        var signIns = Path.Combine(server.Data.Folder, "demo-sign-ins.json");
        var people = Path.Combine(Programs.Repository, "tools", "Vagus.Demo", "people.json");
        // Its organizations have names of their own; the clinic of these tests is called harbor as well.
        var renamed = Path.Combine(server.Data.Folder, "demo-people.json");
        await File.WriteAllTextAsync(
            renamed, (await File.ReadAllTextAsync(people)).Replace("\"harbor\"", "\"harbor-demo\"", StringComparison.Ordinal));
        await server.Kill();
        await ChildProcess.Run(
            ["dotnet", Programs.Server, "people", "add", renamed, "--out", signIns, "--data", server.Data.Folder], Limit,
            server.Data.Environment);
        await server.StartAgain();

        var loaded = await ChildProcess.Run(
            ["dotnet", Programs.Demo, "load", "--url", server.Url, "--sign-ins", signIns, "--patients", "20"], Limit);
        var played = await ChildProcess.Run(
            ["dotnet", Programs.Demo, "play", "--url", server.Url, "--sign-ins", signIns, "--patients", "20", "--speed", "20000"], Limit);

        Figures.Say($"demo: {loaded.Split(Environment.NewLine)[^1]} · {played.Split(Environment.NewLine)[^1]}");
        var counted = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await Condition.Becomes(
            async () =>
            {
                counted = new(
                    (await server.Data.ReadLog("harbor-demo")).CountBy(each => each.Type).ToDictionary(StringComparer.Ordinal),
                    StringComparer.Ordinal);
                return EventCatalogue.All.All(type => counted.ContainsKey(type.Name));
            },
            "every event of the catalogue occurred",
            () => string.Join(' ', EventCatalogue.All.Select(type => type.Name).Except(counted.Keys)), TimeSpan.FromSeconds(20));
        Figures.Say($"demo: {string.Join(", ", counted.Select(each => $"{each.Key} {each.Value}"))}");
        Assert.True(await BookedToday(server, signIns) > 0, "The schedule of the day is empty.");
    }
}

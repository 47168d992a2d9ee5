using System.Text.RegularExpressions;

namespace Vagus.Architecture.Tests;

/// <summary>
/// Where a connection stands in its feed is the feed's: a gateway that could set or read it would do so without the feed's gate. Gateways
/// and presence use <c>Feeds</c> and the <c>FeedPlace</c> of a connection.
/// </summary>
public sealed class FeedDoorTests
{
    private const string Room = "src/Vagus.Realtime/";

    private static readonly string[] Guarded =
    [
        "Audience", "CatchUps", "CatchUpSteps", "FeedMode", "FeedState", "Follower", "Membership", "Positions", "RecentEvents",
        "SharedPages", "Subscriptions", "TenantFeed",
    ];

    [Fact]
    public void Gateways_and_presence_name_nothing_of_the_state_of_a_feed()
    {
        var outside = Repository.FilesEndingIn(".cs")
            .Where(file => file.StartsWith(Room, StringComparison.Ordinal))
            .Where(file => !file.StartsWith(Room + "Feed/", StringComparison.Ordinal)).ToList();

        Assert.True(outside.Count > 20, "The gateways were not found.");
        Findings.MustBeNone(outside.SelectMany(file => WaysAround(file, Repository.Text(file))));
    }

    [Fact]
    public void Every_class_that_is_guarded_exists() =>
        Findings.MustBeNone(Guarded.Where(name => !Repository.Exists($"{Room}Feed/{name}.cs")));

    [Fact]
    public void A_gateway_that_looks_into_a_feed_is_seen() =>
        Assert.Equal(
            [$"{Room}Gateways/New.cs: FeedMode is the feed's", $"{Room}Gateways/New.cs: Follower is the feed's"],
            WaysAround(Room + "Gateways/New.cs", "// Subscriptions\nif (place is Follower { Mode: FeedMode.Live }) return;"));

    private static IEnumerable<string> WaysAround(string file, string text)
    {
        var code = string.Join('\n', text.Split('\n').Select(line => line.Split("//")[0]));
        return Guarded.Where(name => Regex.IsMatch(code, $@"\b{name}\b", RegexOptions.None, TimeSpan.FromSeconds(5)))
            .Select(name => $"{file}: {name} is the feed's");
    }
}

using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>
/// What the profiles of the guide ask of a notification and of its status: backport-subscription-notification-r4 and
/// backport-subscription-status-r4, with their cardinalities and value types.
/// </summary>
internal static class GuideShape
{
    private const string StatusProfile = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4";

    private static readonly Dictionary<string, (string Value, int Least, int Most)> Parameters = new(StringComparer.Ordinal)
    {
        ["subscription"] = ("valueReference", 1, 1),
        ["topic"] = ("valueCanonical", 0, 1),
        ["status"] = ("valueCode", 1, 1),
        ["type"] = ("valueCode", 1, 1),
        ["events-since-subscription-start"] = ("valueString", 0, 1),
        ["notification-event"] = ("part", 0, int.MaxValue),
        ["error"] = ("valueCodeableConcept", 0, int.MaxValue),
    };

    private static readonly Dictionary<string, (string Value, int Least, int Most)> Parts = new(StringComparer.Ordinal)
    {
        ["event-number"] = ("valueString", 1, 1),
        ["timestamp"] = ("valueInstant", 0, 1),
        ["focus"] = ("valueReference", 0, 1),
        ["additional-context"] = ("valueReference", 0, int.MaxValue),
    };

    public static void IsNotification(JsonElement bundle, string type, string status)
    {
        Assert.Equal(("Bundle", "history"), (Text(bundle, "resourceType"), Text(bundle, "type")));
        Assert.Matches("^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d", Text(bundle, "timestamp"));
        var entries = bundle.GetProperty("entry").EnumerateArray().ToList();
        Assert.All(entries, entry =>
        {
            Assert.Contains(Text(entry.GetProperty("request"), "method"), new[] { "GET", "POST", "PUT", "DELETE" });
            Assert.NotEmpty(Text(entry.GetProperty("request"), "url"));
            Assert.Matches("^\\d{3}", Text(entry.GetProperty("response"), "status"));
        });
        Assert.StartsWith("urn:uuid:", Text(entries[0], "fullUrl"), StringComparison.Ordinal);
        Assert.EndsWith("/$status", Text(entries[0].GetProperty("request"), "url"), StringComparison.Ordinal);
        Assert.Equal(1, entries.Count(entry => entry.TryGetProperty("resource", out var resource) && Text(resource, "resourceType") == "Parameters"));
        IsStatus(entries[0].GetProperty("resource"), type, status);
    }

    public static void IsStatus(JsonElement parameters, string type, string status)
    {
        Assert.Equal("Parameters", Text(parameters, "resourceType"));
        Assert.Contains(StatusProfile, parameters.GetProperty("meta").GetProperty("profile").EnumerateArray().Select(each => each.GetString()));
        var all = parameters.GetProperty("parameter").EnumerateArray().ToList();
        HasSlices(all, Parameters);
        Assert.Equal(type, ValueOf(all, "type", "valueCode"));
        Assert.Equal(status, ValueOf(all, "status", "valueCode"));
        Assert.Matches("^[0-9]+$", ValueOf(all, "events-since-subscription-start", "valueString"));
        foreach (var told in all.Where(each => Text(each, "name") == "notification-event"))
        {
            var parts = told.GetProperty("part").EnumerateArray().ToList();
            HasSlices(parts, Parts);
            Assert.Matches("^[1-9][0-9]*$", ValueOf(parts, "event-number", "valueString"));
        }
    }

    private static void HasSlices(List<JsonElement> elements, Dictionary<string, (string Value, int Least, int Most)> slices)
    {
        Assert.All(elements, each => Assert.True(each.TryGetProperty(slices[Text(each, "name")].Value, out _), each.GetRawText()));
        foreach (var (name, (_, least, most)) in slices)
            Assert.InRange(elements.Count(each => Text(each, "name") == name), least, most);
    }

    private static string ValueOf(List<JsonElement> elements, string name, string value) =>
        Text(elements.Single(each => Text(each, "name") == name), value);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? "";
}

using System.Text.Json.Nodes;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Topics that an organization has made itself, one about each of some types. A change is an event of it by both of its versions, and one
/// tells what its focus refers to with it.
/// </summary>
internal sealed class OwnTopics
{
    /// <summary>The type whose subject goes with the focus.</summary>
    public const string Included = "Observation";

    // An organization has at most 64 topics.
    private const int Share = 3;
    private const string Elements = "http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.";

    private OwnTopics(List<string> types) => Types = types;

    public IReadOnlyList<string> Types { get; }

    public static OwnTopics Of(IEnumerable<string> types) =>
        new([.. types.Where((type, at) => at % Share == 0 || type == Included)]);

    public static string UrlOf(string type) => $"https://leaks.example/topics/{type}";

    public async Task Write(Asker administrator)
    {
        var entries = Types.Select(type => new JsonObject
        {
            ["resource"] = Form(type), ["request"] = new JsonObject { ["method"] = "PUT", ["url"] = $"Basic/topic-{type}" },
        });
        var bundle = new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction", ["entry"] = new JsonArray([.. entries]) };
        var reply = await administrator.Send(HttpMethod.Post, "/fhir", bundle.ToJsonString());
        Assert.True(reply.Status == 200, $"{administrator}: {reply.Status} {reply.Text}");
    }

    private static JsonObject Form(string type)
    {
        JsonArray elements =
        [
            Value($"{Elements}url", "valueUri", UrlOf(type)),
            Parts("resourceTrigger", ResourceOf(type), Value("fhirPathCriteria", "valueString", "%previous.exists() or %current.exists()")),
        ];
        if (type == Included) elements.Add(Parts("notificationShape", ResourceOf(type), Value("include", "valueString", $"{type}:subject")));
        return new JsonObject
        {
            ["resourceType"] = "Basic",
            ["id"] = $"topic-{type}",
            ["extension"] = elements,
            ["modifierExtension"] = new JsonArray(Value($"{Elements}status", "valueCode", "active")),
            ["code"] = JsonNode.Parse("""{"coding":[{"system":"http://hl7.org/fhir/fhir-types","code":"SubscriptionTopic"}]}"""),
        };
    }

    private static JsonObject ResourceOf(string type) => Value("resource", "valueUri", $"http://hl7.org/fhir/StructureDefinition/{type}");

    private static JsonObject Parts(string name, params JsonNode[] parts) => new()
    {
        ["url"] = $"{Elements}{name}", ["extension"] = new JsonArray(parts),
    };

    private static JsonObject Value(string url, string type, string value) => new() { ["url"] = url, [type] = value };
}

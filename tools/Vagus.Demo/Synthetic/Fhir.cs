using System.Globalization;
using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>Small pieces of R4 JSON. Each call makes new nodes: a JSON node has one parent only.</summary>
internal static class Fhir
{
    public static JsonObject Resource(string type, string id) => new() { ["resourceType"] = type, ["id"] = id };

    public static JsonObject Reference(string type, string id) => new() { ["reference"] = $"{type}/{id}" };

    public static JsonObject ReferenceTo(JsonObject resource) =>
        new() { ["reference"] = $"{TypeOf(resource)}/{IdOf(resource)}" };

    public static string TypeOf(JsonObject resource) => (string?)resource["resourceType"] ?? "";

    public static string IdOf(JsonObject resource) => (string?)resource["id"] ?? "";

    public static JsonObject Coding(Code code) =>
        new() { ["system"] = code.System, ["code"] = code.Value, ["display"] = code.Display };

    public static JsonObject Concept(params ReadOnlySpan<Code> codes)
    {
        var codings = new JsonArray();
        foreach (var code in codes) codings.Add((JsonNode)Coding(code));
        return new JsonObject { ["coding"] = codings, ["text"] = codes[0].Display };
    }

    public static JsonArray List(params ReadOnlySpan<JsonNode?> nodes) => new(nodes);

    public static JsonObject Quantity(decimal value, string unit, string ucum) => new()
    {
        ["value"] = value,
        ["unit"] = unit,
        ["system"] = "http://unitsofmeasure.org",
        ["code"] = ucum,
    };

    public static JsonObject Money(decimal amount) => new() { ["value"] = amount, ["currency"] = "USD" };

    public static JsonObject Identifier(string system, string value) => new() { ["system"] = system, ["value"] = value };

    public static JsonObject Period(DateTimeOffset start, DateTimeOffset? end = null)
    {
        var period = new JsonObject { ["start"] = Time(start) };
        if (end is { } last) period["end"] = Time(last);
        return period;
    }

    /// <summary>A dateTime or instant, with the clinic's offset.</summary>
    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static string Date(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Date(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Oracle.Tests.Validation;

/// <summary>Changes one thing of a valid resource, mostly for the worse. The result is text: object models lose some faults.</summary>
internal sealed class Mutator(Random random)
{
    private const string Twin = "a-twin-of-its-neighbour";

    private static readonly string[] Wrong = ["null", "true", "7", "\"x\"", "{}", "[]", "[null]", "[[]]", "{\"x\":1}", "[\"x\"]"];
    private static readonly string[] References =
        ["#none", "#", "Patient/1", "Patient", "Nothing/1", "Patient/a b", "http://example.org/x", "urn:uuid:1", "Practitioner/1/_history/2",
            "Organization/1", "Patient/1/_history/", "", "a b"];

    private static readonly string[] Extensions =
    [
        "{\"url\":\"http://example.org\",\"valueString\":\"x\"}", "{\"valueString\":\"x\"}", "{\"url\":\"http://example.org\"}",
        "{\"url\":\"http://example.org\",\"valueString\":\"x\",\"valueInteger\":1}", "{\"url\":\"http://example.org\",\"id\":\"a\"}",
        "{\"url\":\"http://example.org\",\"valueString\":\"x\",\"extension\":[{\"url\":\"a\",\"valueCode\":\"b\"}]}",
        "{\"url\":\"http://example.org\",\"extension\":[{\"url\":\"a\",\"valueCode\":\"b\"}]}", "{\"url\":\"\",\"valueString\":\"x\"}",
        "{\"url\":1,\"valueString\":\"x\"}", "{\"url\":\"http://example.org\",\"valueX\":\"x\"}",
    ];

    private static readonly string[] Contained =
    [
        "{\"resourceType\":\"Organization\",\"id\":\"c\",\"name\":\"x\"}", "{\"resourceType\":\"Nothing\",\"id\":\"c\"}", "{\"id\":\"c\"}",
        "{\"resourceType\":\"Organization\",\"id\":\"c\",\"foo\":1}", "{\"resourceType\":\"Organization\",\"name\":\"x\"}", "7",
        "{\"resourceType\":\"Organization\",\"id\":\"c\",\"contained\":[{\"resourceType\":\"Organization\",\"id\":\"d\",\"name\":\"x\"}]}",
        "{\"resourceType\":\"Organization\",\"id\":\"c\",\"name\":7}",
    ];

    /// <summary>What was done, and the text that came of it.</summary>
    public (string Change, string Json) Change(JsonElement resource)
    {
        while (true)
        {
            var copy = JsonNode.Parse(resource.GetRawText())!.AsObject();
            var sites = Site.Of(copy);
            var site = sites[random.Next(sites.Count)];
            if (Change(copy, site) is not { } change) continue;
            var name = JsonEncodedText.Encode(site.Field.Name).ToString();
            return ($"{change} {site.Field.Element.Path}", copy.ToJsonString().Replace(Twin, name, StringComparison.Ordinal));
        }
    }

    // Null where the change does not apply to the place.
    private string? Change(JsonObject resource, Site site)
    {
        switch (random.Next(17))
        {
            case 0:
                return site.Owner.Remove(site.Field.Name) ? "without" : null;
            case 1:
                site.Owner[Pick(["foo", "_foo", "resourceType", "fhir_comments"])] = "x";
                return "an unknown property beside";
            case 2:
                return Rename(site);
            case 3:
                site.Value = JsonNode.Parse(Pick(Wrong));
                return "another type of value at";
            case 4:
                site.Value = site.Value is JsonArray array ? array.FirstOrDefault()?.DeepClone() : new JsonArray(site.Value?.DeepClone());
                return "an array where none belongs, or none where one does, at";
            case < 8:
                if (!site.IsPrimitive) return null;
                site.PutFirst(JsonNode.Parse(Pick(Primitives.Json(site.Field.Type.Definition.Primitive))));
                return "another value at";
            case 8:
                if (site.Value is not JsonArray many) return null;
                many.Add(random.Next(2) == 0 ? null : JsonNode.Parse(Pick(Wrong)));
                return "something more in";
            case 9:
                return Code(site);
            case 10:
                return Choice(site);
            case 11:
                return Extension(site);
            case 12:
                return Reference(site);
            case 13:
                resource["contained"] = new JsonArray(JsonNode.Parse(Pick(Contained)));
                return "a contained resource in the root of";
            case 14:
                site.Owner["extension"] = new JsonArray(Nested(random.Next(2, 70)));
                return "extensions in extensions beside";
            case 15:
                site.Owner[Twin] = site.Value?.DeepClone();
                return "twice";
            default:
                return Add(site);
        }
    }

    private static string? Rename(Site site)
    {
        var value = site.Value?.DeepClone();
        site.Owner.Remove(site.Field.Name);
        site.Owner[$"{site.Field.Name}s"] = value;
        return "renamed";
    }

    private string? Code(Site site)
    {
        if (site.Field.Element.Codes is not { } codes) return null;
        if (site.IsPrimitive) site.PutFirst(random.Next(3) == 0 ? Pick(codes.Systems[0].Codes) : "no-such-code");
        else site.PutFirst(JsonNode.Parse(Pick(["{\"text\":\"x\"}", "{\"coding\":[{\"system\":\"http://example.org\",\"code\":\"x\"}]}"])));
        return "another code at";
    }

    private string? Choice(Site site)
    {
        if (!site.Field.Element.IsChoice) return null;
        var other = Pick(site.Field.Element.Fields);
        if (other.Type.Definition.Kind is not TypeKind.Primitive || other == site.Field) return null;
        site.Owner[other.Name] = JsonNode.Parse(Primitives.Json(other.Type.Definition.Primitive)[0]);
        return "two types of the choice at";
    }

    private string Extension(Site site)
    {
        var extension = JsonNode.Parse(Pick(Extensions));
        if (site.IsPrimitive && random.Next(2) == 0)
        {
            var beside = new JsonObject { ["extension"] = new JsonArray(extension) };
            site.Owner[$"_{site.Field.Name}"] = site.Value is JsonArray ? new JsonArray(beside) : beside;
            return "an extension of";
        }

        site.Owner["extension"] = new JsonArray(extension);
        return "an extension beside";
    }

    private string? Reference(Site site)
    {
        if (site.Field.Type.Name != "Reference" || site.First is not JsonObject reference) return null;
        reference["reference"] = Pick(References);
        if (random.Next(4) == 0) reference["type"] = Pick(["Patient", "Nothing", "http://example.org/x"]);
        return "another reference at";
    }

    /// <summary>An element that the owner does not have yet, as a primitive of its type, in its form or the other.</summary>
    private string? Add(Site site)
    {
        var element = Pick(site.Type.Elements);
        var field = Pick(element.Fields);
        if (field.Type.Definition.Kind is not TypeKind.Primitive || site.Owner.ContainsKey(field.Name)) return null;
        var value = JsonNode.Parse(Pick(Primitives.Json(field.Type.Definition.Primitive)));
        site.Owner[field.Name] = element.IsArray ? new JsonArray(value) : value;
        return $"{field.Name} added beside";
    }

    private static JsonObject Nested(int depth)
    {
        var inner = new JsonObject { ["url"] = "http://example.org", ["valueCode"] = "x" };
        for (; depth > 0; depth--) inner = new JsonObject { ["url"] = "http://example.org", ["extension"] = new JsonArray(inner) };
        return inner;
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}

using System.Text.Json.Nodes;

namespace Vagus.Clinic.Records;

/// <summary>The parts that resources are made of.</summary>
internal static class RecordParts
{
    public static JsonObject Resource(string type) => new() { ["resourceType"] = type };

    public static JsonObject Reference(string type, string id, string? display = null)
    {
        var reference = new JsonObject { ["reference"] = $"{type}/{id}" };
        if (display is not null) reference["display"] = display;
        return reference;
    }

    public static JsonObject Coding(string system, string code, string? display = null)
    {
        var coding = new JsonObject { ["system"] = system, ["code"] = code };
        if (display is not null) coding["display"] = display;
        return coding;
    }

    /// <summary>A CodeableConcept of one coding.</summary>
    public static JsonObject Concept(string system, string code, string? display = null, string? text = null)
    {
        var concept = new JsonObject { ["coding"] = new JsonArray(Coding(system, code, display)) };
        if (text is not null) concept["text"] = text;
        return concept;
    }

    /// <summary>A CodeableConcept of words alone.</summary>
    public static JsonObject Words(string text) => new() { ["text"] = text };

    /// <summary>A quantity whose unit is of UCUM.</summary>
    public static JsonObject Quantity(decimal value, string code, string? unit = null) => new()
    {
        ["value"] = value, ["unit"] = unit ?? code, ["system"] = CodeSystems.Ucum, ["code"] = code,
    };

    /// <summary>Sets the element, or takes it away where there is no value.</summary>
    public static void Put(this JsonObject resource, string name, JsonNode? value)
    {
        if (value is null) resource.Remove(name);
        else resource[name] = value;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;

namespace Vagus.Fhir.Interactions.Terminology;

/// <summary>A Parameters resource in the making, as operations answer.</summary>
internal sealed class ParametersAnswer
{
    private readonly JsonArray parameters = [];

    public ParametersAnswer Add(string name, string type, JsonNode? value)
    {
        if (value is not null) parameters.Add(new JsonObject { ["name"] = name, [type] = value });
        return this;
    }

    public ParametersAnswer Text(string name, string? value) => Add(name, "valueString", value);

    public ParametersAnswer Parts(string name, params IEnumerable<JsonObject?> parts)
    {
        parameters.Add(new JsonObject { ["name"] = name, ["part"] = new JsonArray([.. parts.OfType<JsonObject>()]) });
        return this;
    }

    /// <summary>Null: there is no value.</summary>
    public static JsonObject? Part(string name, string type, JsonNode? value) =>
        value is null ? null : new JsonObject { ["name"] = name, [type] = value };

    public static JsonNode? Copy(JsonElement value) =>
        value.ValueKind == JsonValueKind.Undefined ? null : JsonNode.Parse(value.GetRawText());

    public static JsonObject Coding(string? system, string code, string? display)
    {
        var coding = new JsonObject();
        if (system is not null) coding["system"] = system;
        coding["code"] = code;
        if (display is not null) coding["display"] = display;
        return coding;
    }

    public FhirResponse ToResponse() => Of(new JsonObject { ["resourceType"] = "Parameters", ["parameter"] = parameters });

    public static FhirResponse Of(JsonObject resource)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) resource.WriteTo(writer);
        return new FhirResponse(StatusCodes.Status200OK, buffer.ToArray());
    }
}

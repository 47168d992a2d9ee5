using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.Validation;

/// <summary>A property of a resource, with the type of its owner and what the definitions say of it.</summary>
internal sealed record Site(JsonObject Owner, TypeDefinition Type, JsonField Field)
{
    public JsonNode? Value
    {
        get => Owner[Field.Name];
        set => Owner[Field.Name] = value;
    }

    /// <summary>The value, or the first of its array.</summary>
    public JsonNode? First => Value is JsonArray array ? array.FirstOrDefault() : Value;

    public bool IsPrimitive => Field.Type.Definition.Kind is TypeKind.Primitive;

    /// <summary>Puts it where the first value stands.</summary>
    public void PutFirst(JsonNode? value)
    {
        if (Value is JsonArray { Count: > 0 } array) array[0] = value;
        else Value = value;
    }

    /// <summary>All properties that the definitions know, those of elements inside elements too.</summary>
    public static List<Site> Of(JsonObject resource)
    {
        var sites = new List<Site>();
        if (TypeOf(resource) is { } type) Walk(resource, type, sites);
        return sites;
    }

    private static void Walk(JsonObject owner, TypeDefinition type, List<Site> sites)
    {
        foreach (var (name, value) in owner)
        {
            if (type.Field(name) is not { } field) continue;
            sites.Add(new Site(owner, type, field));
            foreach (var item in value is JsonArray array ? [.. array] : new[] { value })
            {
                if (item is JsonObject inner && Inner(inner, field.Type.Definition) is { } innerType) Walk(inner, innerType, sites);
            }
        }
    }

    private static TypeDefinition? Inner(JsonObject value, TypeDefinition type) => type.Kind is TypeKind.Resource ? TypeOf(value) : type;

    private static TypeDefinition? TypeOf(JsonObject resource) => R4Definitions.Type((string?)resource["resourceType"] ?? "");
}

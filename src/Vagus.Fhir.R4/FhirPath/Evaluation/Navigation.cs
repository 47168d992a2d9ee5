using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath.Parsing;

namespace Vagus.Fhir.R4.FhirPath.Evaluation;

/// <summary>
/// From an element to its children, as the definitions name them: <c>value</c> for <c>valueQuantity</c>, a primitive with its <c>_x</c>.
/// </summary>
internal static class Navigation
{
    /// <summary>The start of an evaluation; without a type the element is a resource and says its type itself.</summary>
    public static FhirPathValue Root(JsonElement element, string? typeName)
    {
        var name = typeName ?? ResourceType(element) ?? "";
        return R4Definitions.Type(name) is { } type
            ? Item(element, type, extensions: null) : FhirPathValue.Of(element, name, definition: "");
    }

    public static void Children(FhirPathValue item, string name, List<FhirPathValue> result, bool strict)
    {
        if (item.Element is { ValueKind: JsonValueKind.Object } json)
        {
            var type = R4Definitions.Type(item.Definition);
            if (type?.Element(name) is { } element) Add(json, element, result);
            else if (strict && type is not null) throw new FhirPathException($"'{type.Name}' has no '{name}'");
        }
        else if (item.Simple is TypeName type)
        {
            if (name is "name" or "namespace") result.Add(FhirPathValue.Of(name == "name" ? type.Name : type.Namespace ?? ""));
        }
        else
        {
            OfPrimitive(item, name, result);
        }
    }

    public static void Children(FhirPathValue item, List<FhirPathValue> result)
    {
        if (item.Element is { ValueKind: JsonValueKind.Object } json)
        {
            foreach (var element in R4Definitions.Type(item.Definition)?.Elements ?? []) Add(json, element, result);
        }
        else
        {
            OfPrimitive(item, "id", result);
            OfPrimitive(item, "extension", result);
        }
    }

    private static void OfPrimitive(FhirPathValue item, string name, List<FhirPathValue> result)
    {
        if (name is "value" && item.Element is not null && item.Simple is { } simple)
        {
            result.Add(Plain(simple));
        }
        else if (item.Extensions is { ValueKind: JsonValueKind.Object } extensions
            && R4Definitions.Type("Element")?.Element(name) is { } element)
        {
            Add(extensions, element, result);
        }
    }

    // The value of a FHIR primitive is a System primitive.
    private static FhirPathValue Plain(object simple) => simple switch
    {
        bool value => FhirPathValue.Of(value),
        int value => FhirPathValue.Of(value),
        decimal value => FhirPathValue.Of(value),
        Values.Moment value => FhirPathValue.Of(value),
        _ => FhirPathValue.Of((string)simple),
    };

    private static void Add(JsonElement parent, ElementDefinition element, List<FhirPathValue> result)
    {
        foreach (var field in element.Fields)
        {
            var type = field.Type.Definition;
            var extension = default(JsonElement);
            var hasExtension = type.Kind is TypeKind.Primitive && parent.TryGetProperty($"_{field.Name}", out extension);
            var hasValue = parent.TryGetProperty(field.Name, out var value);
            if (!hasValue && !hasExtension) continue;
            if (value.ValueKind is JsonValueKind.Array || extension.ValueKind is JsonValueKind.Array)
                AddMany(value, extension, type, result);
            else result.Add(Item(hasValue ? value : null, type, hasExtension ? extension : null));
        }
    }

    private static void AddMany(JsonElement values, JsonElement extensions, TypeDefinition type, List<FhirPathValue> result)
    {
        var count = Math.Max(Length(values), Length(extensions));
        for (var i = 0; i < count; i++)
        {
            var value = At(values, i);
            var extension = At(extensions, i);
            if (value is not null || extension is not null) result.Add(Item(value, type, extension));
        }
    }

    private static int Length(JsonElement element) => element.ValueKind is JsonValueKind.Array ? element.GetArrayLength() : 0;

    private static JsonElement? At(JsonElement array, int index) =>
        index < Length(array) && array[index] is { ValueKind: not JsonValueKind.Null } item ? item : null;

    private static FhirPathValue Item(JsonElement? element, TypeDefinition type, JsonElement? extensions)
    {
        if (type is { Kind: TypeKind.Resource, IsAbstract: true } && element is { } resource
            && R4Definitions.Type(ResourceType(resource) ?? "") is { } actual)
        {
            type = actual;
        }

        var name = type.Kind is TypeKind.Backbone ? type.Base?.Name ?? "BackboneElement" : type.Name;
        return FhirPathValue.Of(element, name, type.Name, extensions);
    }

    private static string? ResourceType(JsonElement element) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty("resourceType", out var type)
            && type.ValueKind is JsonValueKind.String
            ? type.GetString()
            : null;
}

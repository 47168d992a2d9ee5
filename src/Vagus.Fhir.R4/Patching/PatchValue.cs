using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Patching;

/// <summary>A value of a FHIRPath Patch as the JSON of the element that it becomes.</summary>
/// <param name="Name">The property: of a choice the one for the value's type.</param>
/// <param name="Node">The value; null for a primitive that has extensions only.</param>
/// <param name="Beside">The id and the extensions of a primitive, or null.</param>
internal sealed record PatchValue(string Name, JsonNode? Node, JsonNode? Beside)
{
    private const string Prefix = "value";

    /// <summary>
    /// Reads a parameter with a <c>value[x]</c>, a resource, or parts that are the elements of a structure without a name of its own. Null
    /// where the element takes no such value.
    /// </summary>
    public static PatchValue? Of(JsonElement parameter, ElementDefinition element)
    {
        if (parameter.TryGetProperty("resource", out var resource))
        {
            return element.Fields[0].Type.Definition.Kind == TypeKind.Resource
                ? new(element.Fields[0].Name, ResourcePatch.NodeOf(resource), null) : null;
        }

        if (parameter.TryGetProperty("part", out var parts)) return OfParts(parts, element.Fields[0]);
        foreach (var property in parameter.EnumerateObject())
        {
            var beside = property.Name.StartsWith('_');
            var name = beside ? property.Name[1..] : property.Name;
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            if (FieldOf(element, name[Prefix.Length..]) is not { } field) return null;
            var (value, extensions) = (parameter.TryGetProperty(name, out var plain), parameter.TryGetProperty($"_{name}", out var more));
            return new(field.Name, value ? ResourcePatch.NodeOf(plain) : null, extensions ? ResourcePatch.NodeOf(more) : null);
        }

        return null;
    }

    /// <summary>Puts it into its container, at a place among the properties where one is given.</summary>
    public void PutInto(JsonObject container, int at = -1)
    {
        if (Node is not null && at >= 0) container.Insert(Math.Min(at, container.Count), Name, Node);
        else if (Node is not null) container[Name] = Node;
        if (Beside is not null) container[$"_{Name}"] = Beside;
    }

    private static JsonField? FieldOf(ElementDefinition element, string type) => element.IsChoice
        ? element.Fields.FirstOrDefault(field => field.Name == element.Name + type)
        : element.Fields[0];

    private static PatchValue? OfParts(JsonElement parts, JsonField field)
    {
        if (parts.ValueKind != JsonValueKind.Array) return null;
        var (structure, type) = (new JsonObject(), field.Type.Definition);
        foreach (var part in parts.EnumerateArray())
        {
            if (part.ValueKind != JsonValueKind.Object || PathOperation.TextOf(part, "name") is not { } name) return null;
            if (type.Element(name) is not { } element || Of(part, element) is not { } value) return null;
            if (element.IsArray) ElementEdit.Append(structure, value);
            else value.PutInto(structure);
        }

        return new(field.Name, structure, null);
    }
}

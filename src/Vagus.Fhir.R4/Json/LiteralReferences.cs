using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Json;

/// <summary>The text of a <c>Reference.reference</c>, and its place in findings: <c>Observation.performer[1].reference</c>.</summary>
public readonly record struct PlacedReference(string Text, string Expression);

/// <summary>
/// What a resource points at by <c>Reference.reference</c>, in the order of its text: also in what it contains and in extensions. The
/// resources of a Bundle's entries and of Parameters are content, and are not looked into.
/// </summary>
public static class LiteralReferences
{
    private static readonly TypeDefinition Element = R4Definitions.Type("Element")
        ?? throw new InvalidOperationException("R4 has no Element");

    /// <summary>Of a resource that has passed the validator.</summary>
    public static List<PlacedReference> Of(JsonElement resource)
    {
        var found = new List<PlacedReference>();
        if (TypeOf(resource) is { } type) Object(resource, type, type.Name, found);
        return found;
    }

    private static void Object(JsonElement element, TypeDefinition type, string path, List<PlacedReference> found)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String)) continue;
            var name = JsonMarshal.GetRawUtf8PropertyName(property);
            if (type.Name == "Reference" && name.SequenceEqual("reference"u8)) Add(property.Value, path, found);
            else if (property.Value.ValueKind != JsonValueKind.String && Below(type, name) is { } below)
                Value(property, below, path, found);
        }
    }

    private static void Value(JsonProperty property, TypeDefinition type, string path, List<PlacedReference> found)
    {
        var place = $"{path}.{property.Name.TrimStart('_')}";
        if (property.Value.ValueKind == JsonValueKind.Object)
        {
            if (Known(property, type, property.Value) is { } known) Object(property.Value, known, place, found);
            return;
        }

        var index = -1;
        foreach (var item in property.Value.EnumerateArray())
        {
            index++;
            if (item.ValueKind == JsonValueKind.Object && Known(property, type, item) is { } known)
                Object(item, known, string.Create(CultureInfo.InvariantCulture, $"{place}[{index}]"), found);
        }
    }

    private static TypeDefinition? Known(JsonProperty property, TypeDefinition type, JsonElement element)
    {
        if (type.Kind != TypeKind.Resource) return type;
        return property.NameEquals("contained"u8) ? TypeOf(element) : null;
    }

    private static void Add(JsonElement reference, string path, List<PlacedReference> found)
    {
        if (reference.ValueKind == JsonValueKind.String && reference.GetString() is { Length: > 0 } text)
            found.Add(new PlacedReference(text, $"{path}.reference"));
    }

    // The _element beside a primitive has its extensions.
    private static TypeDefinition? Below(TypeDefinition type, ReadOnlySpan<byte> name) =>
        type.Field(name) is { } field ? field.Type.Definition : name.StartsWith("_"u8) ? Element : null;

    private static TypeDefinition? TypeOf(JsonElement resource) =>
        PropertyText.Of(resource, "resourceType"u8) is { } name ? R4Definitions.ResourceType(Encoding.UTF8.GetBytes(name)) : null;
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath;

namespace Vagus.Fhir.R4.Patching;

/// <summary>
/// Where an element of a resource is: the steps to it from the resource, and what the definitions say of the last one. A primitive's
/// place is that of its value, also where it has extensions only.
/// </summary>
internal sealed record ElementPlace(IReadOnlyList<ElementPlace.Step> Steps, TypeDefinition? Type, TypeDefinition? Parent)
{
    /// <summary>A property, and the index in it where it is a list.</summary>
    internal readonly record struct Step(string Name, int? Index);

    /// <summary>Null for the resource itself.</summary>
    public Step? Last => Steps.Count == 0 ? null : Steps[^1];

    /// <summary>The element that <see cref="FhirPathExpression"/> found in this very document; null for what it computed.</summary>
    public static ElementPlace? Of(JsonElement resource, FhirPathValue value)
    {
        if ((value.Element ?? value.Extensions) is not { } sought) return null;
        var steps = new List<Step>();
        var type = TypeOf(resource);
        return Descend(resource, JsonMarshal.GetRawUtf8Value(sought), type, parent: null, steps);
    }

    /// <summary>The object that holds the last step's property.</summary>
    public JsonObject? ContainerIn(JsonObject root)
    {
        JsonNode? node = root;
        foreach (var step in Steps.SkipLast(1))
        {
            node = (node as JsonObject)?[step.Name];
            if (step.Index is { } index) node = (node as JsonArray)?[index];
        }

        return node as JsonObject;
    }

    public JsonNode? NodeIn(JsonObject root)
    {
        if (Last is not { } last) return root;
        var node = ContainerIn(root)?[last.Name];
        return last.Index is { } index ? node is JsonArray array && index < array.Count ? array[index] : null : node;
    }

    // A token lies within its parent's text and begins where no other one begins, so that its address tells which child holds it.
    private static ElementPlace? Descend(
        JsonElement element, ReadOnlySpan<byte> sought, TypeDefinition? type, TypeDefinition? parent, List<Step> steps)
    {
        if (IsAt(element, sought)) return new ElementPlace(steps, type, parent);
        if (element.ValueKind != JsonValueKind.Object) return null;
        var known = TypeOf(element) ?? type;
        foreach (var property in element.EnumerateObject())
        {
            if (!Holds(property.Value, sought)) continue;
            var name = property.Name.TrimStart('_');
            var field = known?.Field(name)?.Type.Definition;
            if (property.Value.ValueKind != JsonValueKind.Array)
            {
                steps.Add(new Step(name, null));
                return Descend(property.Value, sought, field, known, steps);
            }

            var index = 0;
            foreach (var item in property.Value.EnumerateArray())
            {
                if (Holds(item, sought))
                {
                    steps.Add(new Step(name, index));
                    return Descend(item, sought, field, known, steps);
                }

                index++;
            }
        }

        return null;
    }

    private static TypeDefinition? TypeOf(JsonElement element) =>
        PathOperation.TextOf(element, "resourceType") is { } type ? R4Definitions.Type(type) : null;

    private static bool IsAt(JsonElement element, ReadOnlySpan<byte> sought) =>
        Unsafe.AreSame(
            ref MemoryMarshal.GetReference(JsonMarshal.GetRawUtf8Value(element)), ref MemoryMarshal.GetReference(sought));

    private static bool Holds(JsonElement element, ReadOnlySpan<byte> sought)
    {
        var text = JsonMarshal.GetRawUtf8Value(element);
        var distance = Unsafe.ByteOffset(ref MemoryMarshal.GetReference(text), ref MemoryMarshal.GetReference(sought));
        return distance >= 0 && distance < text.Length;
    }
}

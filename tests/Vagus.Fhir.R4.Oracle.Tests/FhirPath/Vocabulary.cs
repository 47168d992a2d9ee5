using System.Text.Json;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Oracle.Tests.FhirPath;

/// <summary>
/// Which elements of each type a resource really has, and texts from it, so that most random paths find something.
/// </summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, SortedSet<string>> elements = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<string>> choices = new(StringComparer.Ordinal);
    private readonly SortedSet<string> texts = new(StringComparer.Ordinal);

    private Vocabulary()
    {
    }

    public IReadOnlyList<string> Texts => [.. texts];

    public static Vocabulary Of(JsonElement resource)
    {
        var vocabulary = new Vocabulary();
        if (TypeOf(resource) is { } type) vocabulary.Walk(resource, type);
        return vocabulary;
    }

    /// <summary>The names of the elements that stand somewhere in an element of the type.</summary>
    public IReadOnlyList<string> Elements(TypeDefinition type) => elements.TryGetValue(type.Name, out var names) ? [.. names] : [];

    /// <summary>The types that a choice really has somewhere.</summary>
    public IReadOnlyList<string> Choices(ElementDefinition element) => choices.TryGetValue(element.Path, out var names) ? [.. names] : [];

    private void Walk(JsonElement value, TypeDefinition type)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (type.Field(property.Name.TrimStart('_')) is not { } field) continue;
            Add(elements, type.Name, field.Element.Name);
            if (field.Element.IsChoice) Add(choices, field.Element.Path, field.Type.Name);
            var items = property.Value.ValueKind is JsonValueKind.Array ? property.Value.EnumerateArray().AsEnumerable() : [property.Value];
            foreach (var item in items) Take(item, field.Type.Definition);
        }
    }

    private void Take(JsonElement item, TypeDefinition type)
    {
        if (item.ValueKind is JsonValueKind.Object) Walk(item, type.Kind is TypeKind.Resource ? TypeOf(item) ?? type : type);
        else if (item.ValueKind is JsonValueKind.String && item.GetString() is { Length: > 0 and < 40 } text) texts.Add(text);
    }

    private static TypeDefinition? TypeOf(JsonElement resource) => R4Definitions.Type(resource.GetProperty("resourceType").GetString() ?? "");

    private static void Add(Dictionary<string, SortedSet<string>> sets, string key, string value)
    {
        if (!sets.TryGetValue(key, out var set)) sets.Add(key, set = new SortedSet<string>(StringComparer.Ordinal));
        set.Add(value);
    }
}

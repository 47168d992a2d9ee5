using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Terminology;

/// <summary>A code system understood: its concepts in the order of its definition, and which of them is a kind of which.</summary>
public sealed class CodeSystemDefinition
{
    private readonly Dictionary<string, Concept> byCode;
    private ILookup<string, string>? children;

    public CodeSystemDefinition(string url, string? version, string? name, bool isCaseSensitive, IEnumerable<Concept> concepts)
    {
        (Url, Version, Name) = (url, version, name);
        byCode = new Dictionary<string, Concept>(isCaseSensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        var order = new List<Concept>();
        foreach (var concept in concepts.Where(concept => byCode.TryAdd(concept.Code, concept))) order.Add(concept);
        Concepts = order;
    }

    public string Url { get; }

    public string? Version { get; }

    public string? Name { get; }

    /// <summary>All concepts are here, so that what is not here is none. Of others a list of codes is taken at its word.</summary>
    public bool IsComplete { get; init; } = true;

    public IReadOnlyList<Concept> Concepts { get; }

    public Concept? Find(string code) => byCode.GetValueOrDefault(code);

    /// <summary>The code itself and all that are a kind of it.</summary>
    public IEnumerable<Concept> Below(string code) => Walk(code, at => Children[at]);

    /// <summary>The code itself and all that it is a kind of.</summary>
    public IEnumerable<Concept> Above(string code) => Walk(code, at => byCode.TryGetValue(at, out var concept) ? concept.Parents : []);

    /// <summary>Whether the first is the second or the second is a kind of it.</summary>
    public bool Subsumes(string general, string special) =>
        Find(general) is { } upper && Above(special).Any(concept => ReferenceEquals(concept, upper));

    /// <summary>The definition as a resource says it; null where it is none of its own (a supplement, or without a url).</summary>
    public static CodeSystemDefinition? Of(JsonElement resource)
    {
        if (PropertyText.Of(resource, "url"u8) is not { } url) return null;
        var content = PropertyText.Of(resource, "content"u8);
        if (content == "supplement") return null;
        var isCaseSensitive = !resource.TryGetProperty("caseSensitive"u8, out var sensitive) || sensitive.ValueKind != JsonValueKind.False;
        return new CodeSystemDefinition(
            url, PropertyText.Of(resource, "version"u8), PropertyText.Of(resource, "title"u8) ?? PropertyText.Of(resource, "name"u8),
            isCaseSensitive, ConceptsOf(resource, parent: null))
        {
            IsComplete = content == "complete",
        };
    }

    private ILookup<string, string> Children => children ??= Concepts
        .SelectMany(concept => concept.Parents, (concept, parent) => (parent, concept.Code))
        .ToLookup(pair => pair.parent, pair => pair.Code, byCode.Comparer);

    // A code may be reached by several ways, and definitions may run in circles.
    private IEnumerable<Concept> Walk(string code, Func<string, IEnumerable<string>> next)
    {
        var (known, due) = (new HashSet<Concept>(ReferenceEqualityComparer.Instance), new Queue<string>([code]));
        while (due.TryDequeue(out var at))
        {
            if (Find(at) is not { } concept || !known.Add(concept)) continue;
            yield return concept;
            foreach (var each in next(concept.Code)) due.Enqueue(each);
        }
    }

    // A concept inside another is a kind of it unless the hierarchy says something else (CodeSystem.hierarchyMeaning).
    private static IEnumerable<Concept> ConceptsOf(JsonElement level, string? parent)
    {
        foreach (var element in Items(level, "concept"u8))
        {
            if (PropertyText.Of(element, "code"u8) is not { } code) continue;
            List<ConceptProperty> properties = [.. Items(element, "property"u8).Select(PropertyOf).OfType<ConceptProperty>()];
            var parents = properties.Where(each => each.Code is "parent" or "subsumedBy").Select(each => each.Text);
            yield return new Concept(code, PropertyText.Of(element, "display"u8))
            {
                Parents = [.. (parent is null ? parents : parents.Prepend(parent)).Distinct(StringComparer.Ordinal)],
                Definition = PropertyText.Of(element, "definition"u8),
                Designations = [.. Items(element, "designation"u8).Select(DesignationOf).OfType<Designation>()],
                Properties = properties,
            };
            foreach (var inner in ConceptsOf(element, code)) yield return inner;
        }
    }

    internal static IEnumerable<JsonElement> Items(JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray() : [];

    internal static Designation? DesignationOf(JsonElement element) => PropertyText.Of(element, "value"u8) is { } value
        ? new Designation(
            PropertyText.Of(element, "language"u8), value, element.TryGetProperty("use"u8, out var use) ? use : default)
        : null;

    private static ConceptProperty? PropertyOf(JsonElement element)
    {
        if (PropertyText.Of(element, "code"u8) is not { } code) return null;
        foreach (var value in element.EnumerateObject())
        {
            if (!value.Name.StartsWith("value", StringComparison.Ordinal)) continue;
            var text = value.Value.ValueKind switch
            {
                JsonValueKind.String => value.Value.GetString() ?? "",
                JsonValueKind.Object => PropertyText.Of(value.Value, "code"u8) ?? "",
                _ => value.Value.GetRawText(),
            };
            return new ConceptProperty(code, value.Name, text, value.Value);
        }

        return null;
    }
}

using System.Text.Json;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Terminology;

/// <summary>A value set understood: what it takes in and what it leaves out.</summary>
public sealed record ValueSetDefinition(string? Url, string? Version, string? Name)
{
    public IReadOnlyList<CodeSelection> Includes { get; init; } = [];

    public IReadOnlyList<CodeSelection> Excludes { get; init; } = [];

    /// <summary>
    /// The codes that the resource itself lists as its expansion, where it does not say how they are chosen; null: it does.
    /// </summary>
    public IReadOnlyList<ExpandedCode>? Listed { get; init; }

    /// <summary>Null where a part of what chooses the codes has another shape than in R4.</summary>
    public static ValueSetDefinition? Of(JsonElement resource)
    {
        if (!HasShape(resource)) return null;
        var set = new ValueSetDefinition(
            PropertyText.Of(resource, "url"u8), PropertyText.Of(resource, "version"u8),
            PropertyText.Of(resource, "title"u8) ?? PropertyText.Of(resource, "name"u8));
        if (resource.TryGetProperty("compose"u8, out var compose))
        {
            return set with
            {
                Includes = [.. CodeSystemDefinition.Items(compose, "include"u8).Select(SelectionOf)],
                Excludes = [.. CodeSystemDefinition.Items(compose, "exclude"u8).Select(SelectionOf)],
            };
        }

        return resource.TryGetProperty("expansion"u8, out var expansion) ? set with { Listed = [.. ContainedIn(expansion)] } : set;
    }

    // What a call sends was not validated.
    private static bool HasShape(JsonElement resource) =>
        (!resource.TryGetProperty("compose"u8, out var compose) || compose.ValueKind == JsonValueKind.Object)
        && HasOnly(compose, "include"u8, JsonValueKind.Object) && HasOnly(compose, "exclude"u8, JsonValueKind.Object)
        && CodeSystemDefinition.Items(compose, "include"u8).Concat(CodeSystemDefinition.Items(compose, "exclude"u8)).All(selection =>
            HasOnly(selection, "valueSet"u8, JsonValueKind.String) && HasOnly(selection, "filter"u8, JsonValueKind.Object)
            && HasOnly(selection, "concept"u8, JsonValueKind.Object));

    private static bool HasOnly(JsonElement element, ReadOnlySpan<byte> name, JsonValueKind kind) =>
        element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out var items)
        || (items.ValueKind == JsonValueKind.Array && items.EnumerateArray().All(item => item.ValueKind == kind));

    private static IEnumerable<ExpandedCode> ContainedIn(JsonElement level)
    {
        foreach (var element in CodeSystemDefinition.Items(level, "contains"u8))
        {
            if (PropertyText.Of(element, "code"u8) is { } code)
                yield return new ExpandedCode(PropertyText.Of(element, "system"u8), code, PropertyText.Of(element, "display"u8));
            foreach (var inner in ContainedIn(element)) yield return inner;
        }
    }

    private static CodeSelection SelectionOf(JsonElement element) => new(PropertyText.Of(element, "system"u8))
    {
        Version = PropertyText.Of(element, "version"u8),
        Codes = [.. CodeSystemDefinition.Items(element, "concept"u8).Select(ListedOf).OfType<Concept>()],
        Filters =
        [
            .. CodeSystemDefinition.Items(element, "filter"u8).Select(filter => new CodeFilter(
                PropertyText.Of(filter, "property"u8) ?? "", PropertyText.Of(filter, "op"u8) ?? "", PropertyText.Of(filter, "value"u8) ?? "")),
        ],
        ValueSets = [.. CodeSystemDefinition.Items(element, "valueSet"u8).Select(each => each.GetString() ?? "")],
    };

    private static Concept? ListedOf(JsonElement element) => PropertyText.Of(element, "code"u8) is { } code
        ? new Concept(code, PropertyText.Of(element, "display"u8))
        {
            Designations = [.. CodeSystemDefinition.Items(element, "designation"u8).Select(CodeSystemDefinition.DesignationOf).OfType<Designation>()],
        }
        : null;
}

/// <summary>A part of a value set (ValueSet.compose.include, exclude): all that it names must hold.</summary>
/// <param name="System">The code system; null: value sets alone.</param>
public sealed record CodeSelection(string? System)
{
    public string? Version { get; init; }

    /// <summary>The codes that are named; empty: all of the system that the filters take.</summary>
    public IReadOnlyList<Concept> Codes { get; init; } = [];

    public IReadOnlyList<CodeFilter> Filters { get; init; } = [];

    /// <summary>Codes must be in each of these.</summary>
    public IReadOnlyList<string> ValueSets { get; init; } = [];
}

/// <summary>ValueSet.compose.include.filter.</summary>
public sealed record CodeFilter(string Property, string Operation, string Value);

/// <summary>A code of an expansion.</summary>
public sealed record ExpandedCode(string? System, string Code, string? Display)
{
    public IReadOnlyList<Designation> Designations { get; init; } = [];

    public bool IsAbstract { get; init; }

    public bool IsInactive { get; init; }
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using static Vagus.DefinitionsGenerator.DefinitionSource;

namespace Vagus.DefinitionsGenerator;

/// <summary>
/// The codes of every value set that a required binding names, where the definitions hold them all; equal value sets are written once.
/// </summary>
internal sealed class CodeSets
{
    private readonly Dictionary<string, JsonElement> byUrl = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>?> expansions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);

    public CodeSets(DefinitionSource source)
    {
        foreach (var resource in source.Terminology)
        {
            byUrl[Text(resource, "url")] = resource;
        }

        foreach (var element in source.Structures.SelectMany(
            structure => structure.GetProperty("snapshot").GetProperty("element").EnumerateArray())
            .Concat(source.PublishedElements.Values))
        {
            if (RequiredValueSet(element) is { } url && !NotR4.Has(Text(element, "path")))
            {
                expansions.TryAdd(url, Expand(url));
            }
        }

        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (url, expansion) in expansions.Where(pair => pair.Value is not null))
        {
            var text = LinesOf(expansion!);
            known.TryAdd(text, known.Count);
            numbers[url] = known[text];
        }
    }

    public int Count => numbers.Values.Distinct().Count();

    /// <summary>Required value sets whose codes the definitions do not hold: units, mime types, currencies.</summary>
    public IEnumerable<string> Open => expansions.Where(pair => pair.Value is null).Select(pair => LastPart(pair.Key));

    /// <summary>The value sets whose codes the definitions hold.</summary>
    public IEnumerable<JsonElement> ValueSets => expansions.Where(pair => pair.Value is not null).Select(pair => byUrl[pair.Key]);

    /// <summary>A value set or a code system by its url.</summary>
    public JsonElement? Find(string url) => byUrl.TryGetValue(url, out var resource) ? resource : null;

    public int? Required(JsonElement element) =>
        RequiredValueSet(element) is { } url && numbers.TryGetValue(url, out var number) ? number : null;

    public void Write(StringBuilder to)
    {
        foreach (var (url, number) in numbers.OrderBy(pair => pair.Value).DistinctBy(pair => pair.Value))
        {
            Tables.Line(to, "V", number.ToString(CultureInfo.InvariantCulture), LastPart(url));
            to.Append(LinesOf(expansions[url]!));
        }
    }

    private static string LinesOf(SortedDictionary<string, SortedSet<string>> expansion)
    {
        var lines = new StringBuilder();
        foreach (var (system, codes) in expansion)
        {
            Tables.Line(lines, ["S", system, .. codes]);
        }

        return lines.ToString();
    }

    private static string? RequiredValueSet(JsonElement element) =>
        element.TryGetProperty("binding", out var binding)
            && Text(binding, "strength") == "required" ? Text(binding, "valueSet").Split('|')[0] : null;

    private SortedDictionary<string, SortedSet<string>>? Expand(string url)
    {
        if (!byUrl.TryGetValue(url, out var valueSet))
        {
            return null;
        }

        var expansion = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var include in Items(valueSet.GetProperty("compose"), "include"))
        {
            var system = Text(include, "system");
            var listed = Items(include, "concept").Select(concept => Text(concept, "code")).ToList();
            var codes = listed is [] ? AllCodes(system) : listed;
            if (codes is null || include.TryGetProperty("filter", out _) || include.TryGetProperty("valueSet", out _))
            {
                return null;
            }

            expansion.TryAdd(system, new SortedSet<string>(StringComparer.Ordinal));
            expansion[system].UnionWith(codes);
        }

        return expansion;
    }

    private List<string>? AllCodes(string system) =>
        byUrl.TryGetValue(system, out var codeSystem) && Text(codeSystem, "content") == "complete" ? [.. Nested(codeSystem)] : null;

    private static IEnumerable<string> Nested(JsonElement parent) =>
        Items(parent, "concept").SelectMany(concept => Nested(concept).Prepend(Text(concept, "code")));
}

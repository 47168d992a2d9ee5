using System.Globalization;
using System.Text;
using System.Text.Json;
using static Vagus.DefinitionsGenerator.DefinitionSource;

namespace Vagus.DefinitionsGenerator;

/// <summary>
/// Writes the value sets of required bindings with what they take in, and the code systems that they take codes of, with the concepts'
/// names and hierarchy.
/// </summary>
internal sealed class TerminologyTable(CodeSets codes)
{
    private const string Abstract = "notSelectable";

    public int Write(StringBuilder to)
    {
        var sets = codes.ValueSets.ToList();
        var systems = sets.SelectMany(set => Includes(set)).Select(include => Text(include, "system")).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Select(codes.Find).OfType<JsonElement>()
            .Where(system => Text(system, "content") == "complete").ToList();
        foreach (var system in systems)
        {
            Tables.Line(to, "Y", Text(system, "url"), Text(system, "version"), TitleOf(system));
            WriteConcepts(to, system, depth: 0);
        }

        foreach (var set in sets)
        {
            Tables.Line(to, "V", Text(set, "url"), Text(set, "version"), TitleOf(set));
            foreach (var include in Includes(set))
            {
                Tables.Line(to, "I", Text(include, "system"));
                foreach (var concept in Items(include, "concept")) Tables.Line(to, "L", Text(concept, "code"), Plain(Text(concept, "display")));
            }
        }

        return systems.Count + sets.Count;
    }

    private static IEnumerable<JsonElement> Includes(JsonElement set) => Items(set.GetProperty("compose"), "include");

    private static void WriteConcepts(StringBuilder to, JsonElement level, int depth)
    {
        foreach (var concept in Items(level, "concept"))
        {
            var properties = Items(concept, "property").ToList();
            var flags = (Says(properties, Abstract) ? "a" : "") + (Says(properties, "inactive") ? "i" : "");
            Tables.Line(to,
            [
                "C", depth.ToString(CultureInfo.InvariantCulture), flags.Length == 0 ? "-" : flags, Text(concept, "code"),
                Plain(Text(concept, "display")),
                .. properties.Where(each => Text(each, "code") is "subsumedBy" or "parent").Select(each => Text(each, "valueCode")),
            ]);
            WriteConcepts(to, concept, depth + 1);
        }
    }

    private static bool Says(List<JsonElement> properties, string code) =>
        properties.Exists(each => Text(each, "code") == code && Text(each, "valueBoolean") == "True");

    private static string TitleOf(JsonElement resource) => Plain(Text(resource, "title") is { Length: > 0 } title ? title : Text(resource, "name"));

    private static string Plain(string text) =>
        string.Join(' ', text.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries));
}

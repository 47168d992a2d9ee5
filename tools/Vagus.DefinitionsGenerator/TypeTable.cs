using System.Globalization;
using System.Text;
using System.Text.Json;
using static Vagus.DefinitionsGenerator.DefinitionSource;

namespace Vagus.DefinitionsGenerator;

/// <summary>
/// Writes types and their elements. A backbone element becomes a type named by its path, so a type's elements are always one level deep.
/// </summary>
internal sealed class TypeTable(DefinitionSource source, CodeSets codes)
{
    private const string SystemType = "http://hl7.org/fhirpath/System.";

    private readonly SortedDictionary<string, (string Header, List<string[]> Elements)> types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> inherited = new(StringComparer.Ordinal);

    public int Write(StringBuilder to)
    {
        foreach (var structure in source.Structures)
        {
            foreach (var element in ElementsOf(structure))
            {
                inherited[Text(element, "path")] = element;
            }
        }

        foreach (var structure in source.Structures)
        {
            AddStructure(structure);
        }

        foreach (var (name, (header, elements)) in types)
        {
            Tables.Line(to, ["T", name, .. header.Split(' ')]);
            foreach (var element in elements)
            {
                Tables.Line(to, element);
            }
        }

        return types.Count;
    }

    private void AddStructure(JsonElement structure)
    {
        var name = Text(structure, "type");
        var kind = Text(structure, "kind") switch { "primitive-type" => "primitive", "complex-type" => "complex", _ => "resource" };
        var modifier = Text(structure, "abstract") == "True" ? " abstract" : "";
        types[name] = ($"{kind} {OrNone(LastPart(Text(structure, "baseDefinition")))}{modifier}", []);
        foreach (var element in ElementsOf(structure).Skip(1))
        {
            AddElement(Text(element, "path"), element, kind);
        }

        foreach (var (path, element) in source.PublishedElements.Where(pair => IsMissingFrom(structure, name, pair.Key))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            AddElement(path, element, kind);
        }
    }

    // HL7's element that the package took out of one of its structures.
    private static bool IsMissingFrom(JsonElement structure, string name, string path) =>
        path.StartsWith(name + ".", StringComparison.Ordinal) && !ElementsOf(structure).Any(element => Text(element, "path") == path);

    private void AddElement(string path, JsonElement packaged, string kind)
    {
        var element = source.PublishedElements.TryGetValue(path, out var published)
            && Text(packaged, "contentReference") == "" ? published : packaged;
        var (owner, name) = (path[..path.LastIndexOf('.')], path[(path.LastIndexOf('.') + 1)..]);
        if (NotR4.Has(path) || (kind == "primitive" && name == "value") || IsInherited(path, packaged))
        {
            return;
        }

        var typeNames = Items(element, "type").Select(type => Text(type, "code")).ToList();
        if (typeNames is ["BackboneElement"] or ["Element"] && path.Contains('.', StringComparison.Ordinal))
        {
            types[path] = ($"backbone {typeNames[0]}", []);
            types[owner].Elements.Add(Fields(element, name, path));
            return;
        }

        types[owner].Elements.Add(Fields(element, name, TypesOf(path, element)));
    }

    private string[] Fields(JsonElement element, string name, string typeNames)
    {
        var flags = (Text(element, "isModifier") == "True" ? "m" : "") + (Text(element, "isSummary") == "True" ? "s" : "");
        var set = codes.Required(element);
        return ["E", name, Text(element, "min"), Text(element, "max"), typeNames, flags == "" ? "-" : flags,
            .. set is { } number ? [number.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>()];
    }

    // Elements that only repeat their base are left to the reader, which starts each type with its base's elements.
    private bool IsInherited(string path, JsonElement element)
    {
        var basePath = Text(element.GetProperty("base"), "path");
        return basePath != path && inherited.TryGetValue(basePath, out var original)
            && Text(original, "min") == Text(element, "min") && Text(original, "max") == Text(element, "max");
    }

    private static string TypesOf(string path, JsonElement element)
    {
        if (Text(element, "contentReference") is { Length: > 1 } reference)
        {
            return reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..];
        }

        // R4 gives Resource.id the type string by a known slip; its text says id.
        return path == "Resource.id" ? "id" : string.Join(' ', Items(element, "type").Select(TypeOf).Distinct(StringComparer.Ordinal));
    }

    private static string TypeOf(JsonElement type)
    {
        var code = Text(type, "code");
        if (code.StartsWith(SystemType, StringComparison.Ordinal))
        {
            return Text(
                Items(type, "extension").First(extension => LastPart(Text(extension, "url")) == "structuredefinition-fhir-type"),
                "valueUrl");
        }

        var targets = Items(type, "targetProfile").Select(target => LastPart(target.ToString())).Where(target => target != "Resource")
            .Order(StringComparer.Ordinal).ToList();
        return targets is [] ? code : $"{code}({string.Join(',', targets)})";
    }

    private static List<JsonElement> ElementsOf(JsonElement structure) =>
        [.. structure.GetProperty("snapshot").GetProperty("element").EnumerateArray()];

    private static string OrNone(string text) => text == "" ? "-" : text;
}

using System.Globalization;

namespace Vagus.Fhir.R4.Definitions;

/// <summary>
/// Reads the embedded table that tools/Vagus.DefinitionsGenerator writes; its README explains the lines. A table that does not parse is a
/// broken build, so it throws.
/// </summary>
internal sealed class DefinitionReader
{
    private readonly List<(string Name, List<(string System, string[] Codes)> Systems)> openSets = [];
    private readonly List<CodeSet> codeSets = [];
    private readonly Dictionary<string,
        (TypeDefinition Type, string Base, List<ElementDefinition> Own)> types = new(StringComparer.Ordinal);
    private readonly List<(string[] Fields, List<SearchParameterComponent> Components)> searches = [];
    private readonly Dictionary<string, Dictionary<string, string[]>> compartments = new(StringComparer.Ordinal);
    private readonly HashSet<TypeDefinition> linked = [];
    private readonly Dictionary<string, ElementType> sharedTypes = new(StringComparer.Ordinal);
    private (TypeDefinition Type, string Base, List<ElementDefinition> Own) current;

    private DefinitionReader()
    {
    }

    public static DefinitionTables Read()
    {
        using var stream = typeof(DefinitionReader).Assembly.GetManifestResourceStream("r4.txt")
            ?? throw new InvalidOperationException("The R4 definitions are not embedded");
        using var lines = new StreamReader(stream);
        var reader = new DefinitionReader();
        while (lines.ReadLine() is { } line)
        {
            reader.Take(line.Split('\t'));
        }

        return reader.Link();
    }

    private void Take(string[] fields)
    {
        switch (fields[0])
        {
            case "V":
                openSets.Add((fields[2], []));
                break;
            case "S":
                openSets[^1].Systems.Add((fields[1], fields[2..]));
                break;
            case "T":
                TakeType(fields);
                break;
            case "E":
                current.Own.Add(ElementOf(fields));
                break;
            case "P":
                searches.Add((fields, []));
                break;
            case "K":
                searches[^1].Components.Add(new SearchParameterComponent(string.Intern(fields[1]), fields[2]));
                break;
            case "C":
                TakeCompartment(fields);
                break;
            case "#":
                break;
            default:
                throw new InvalidDataException($"Unknown line {fields[0]}");
        }
    }

    private void TakeType(string[] fields)
    {
        if (codeSets.Count == 0)
        {
            codeSets.AddRange(openSets.Select(set => new CodeSet(set.Name, set.Systems)));
        }

        var kind = fields[2] switch
        {
            "primitive" => TypeKind.Primitive,
            "complex" => TypeKind.Complex,
            "backbone" => TypeKind.Backbone,
            _ => TypeKind.Resource,
        };
        current = (new TypeDefinition(fields[1], kind, isAbstract: fields.Length > 4), fields[3], []);
        types.Add(fields[1], current);
    }

    private void TakeCompartment(string[] fields)
    {
        if (!compartments.TryGetValue(fields[1], out var types))
        {
            compartments.Add(fields[1], types = new Dictionary<string, string[]>(StringComparer.Ordinal));
        }

        types.Add(fields[2], fields[3..]);
    }

    private ElementDefinition ElementOf(string[] fields)
    {
        var isChoice = fields[1].EndsWith("[x]", StringComparison.Ordinal);
        var name = isChoice ? fields[1][..^3] : fields[1];
        return new ElementDefinition($"{current.Type.Name}.{name}", name, isChoice, Array.ConvertAll(fields[4].Split(' '), TypeOf))
        {
            Min = Number(fields[2]),
            Max = fields[3] == "*" ? int.MaxValue : Number(fields[3]),
            IsModifier = fields[5].Contains('m', StringComparison.Ordinal),
            IsSummary = fields[5].Contains('s', StringComparison.Ordinal),
            Codes = fields.Length > 6 ? codeSets[Number(fields[6])] : null,
        };
    }

    private ElementType TypeOf(string text)
    {
        if (!sharedTypes.TryGetValue(text, out var type))
        {
            var open = text.IndexOf('(', StringComparison.Ordinal);
            type = open < 0
                ? new ElementType(text, [], Find)
                : new ElementType(text[..open], text[(open + 1)..^1].Split(','), Find);
            sharedTypes.Add(text, type);
        }

        return type;
    }

    private TypeDefinition Find(string name) => types[name].Type;

    private DefinitionTables Link()
    {
        foreach (var name in types.Keys)
        {
            LinkType(name);
        }

        var resources = types.Values.Select(entry => entry.Type).Where(type => type is { Kind: TypeKind.Resource, IsAbstract: false })
            .Select(type => type.Name).Order(StringComparer.Ordinal).ToArray();
        return new DefinitionTables(
            types.ToDictionary(pair => pair.Key, pair => pair.Value.Type, StringComparer.Ordinal),
            searches.ConvertAll(search => SearchOf(search.Fields, search.Components, resources)),
            compartments);
    }

    private TypeDefinition? LinkType(string name)
    {
        if (name == "-")
        {
            return null;
        }

        var (type, baseName, own) = types[name];
        if (linked.Add(type))
        {
            type.Link(LinkType(baseName), own);
        }

        return type;
    }

    private static SearchParameterDefinition SearchOf(string[] fields, List<SearchParameterComponent> components, string[] resources) =>
        new()
    {
        Id = Number(fields[1]),
        Base = fields[2],
        Code = string.Intern(fields[3]),
        Kind = KindOf(fields[4]),
        Url = "http://hl7.org/fhir/SearchParameter/" + fields[5],
        Targets = fields[6] switch { "" => [], "Resource" => resources, _ => fields[6].Split(',') },
        Expression = fields[7],
        Components = [.. components],
    };

    private static SearchParameterKind KindOf(string text) => text switch
    {
        "composite" => SearchParameterKind.Composite,
        "date" => SearchParameterKind.Date,
        "number" => SearchParameterKind.Number,
        "quantity" => SearchParameterKind.Quantity,
        "reference" => SearchParameterKind.Reference,
        "special" => SearchParameterKind.Special,
        "string" => SearchParameterKind.String,
        "token" => SearchParameterKind.Token,
        "uri" => SearchParameterKind.Uri,
        _ => throw new InvalidDataException($"Unknown kind of search parameter {text}"),
    };

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

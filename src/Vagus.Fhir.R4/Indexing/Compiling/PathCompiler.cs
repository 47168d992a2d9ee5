using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath.Parsing;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>
/// Turns the common shapes of search expressions into paths; null for everything else, which the FHIRPath engine evaluates.
/// </summary>
internal sealed class PathCompiler(TypeDefinition root)
{
    private readonly List<PathProgram> paths = [];

    public static PathProgram[]? Compile(Node tree, TypeDefinition root)
    {
        var compiler = new PathCompiler(root);
        return compiler.Branches(tree) ? [.. compiler.paths] : null;
    }

    private bool Branches(Node node)
    {
        if (node is Binary { Operator: "|" } union) return Branches(union.Left) && Branches(union.Right);
        if (Path(node) is not { Count: > 0 } steps) return false;
        paths.Add(new PathProgram([.. steps]));
        return true;
    }

    /// <summary>The steps so far; empty stands for the resource itself.</summary>
    private List<PathStep>? Path(Node node) => node switch
    {
        Member { Source: null } member when root.Is(member.Name) => [],
        Member { Source: null } member => Extend([], member.Name),
        Member { Source: { } source } member => Extend(Path(source), member.Name),
        TypeTest { Cast: true, Source: { } source } cast => Restrict(Path(source), cast.Type),
        Call { Name: "ofType", Source: { } source, Arguments: [Member { Source: null } type] } =>
            Restrict(Path(source), new TypeName(Namespace: null, type.Name)),
        Call { Name: "where", Source: { } source, Arguments: [var criterion] } => Filter(Path(source), criterion),
        _ => null,
    };

    private List<PathStep>? Extend(List<PathStep>? path, string name)
    {
        if (path is null) return null;
        var parent = path.Count == 0 ? root : path[^1].Fields is [var only] ? only.Type : null;
        if (parent?.Element(name) is not { } element) return null;
        return [.. path, new PathStep([.. element.Fields.Select(PathField.Of)], Filter: null)];
    }

    private static List<PathStep>? Restrict(List<PathStep>? path, TypeName type)
    {
        if (path is not { Count: > 0 } || type.Namespace is not null || path[^1].Filter is not null) return null;
        var step = path[^1];
        var fields = step.Fields.Where(
            field => field.Type.Name == type.Name || (field.Type.Kind is not TypeKind.Primitive && field.Type.Is(type.Name)));
        return [.. path[..^1], step with { Fields = [.. fields] }];
    }

    private static List<PathStep>? Filter(List<PathStep>? path, Node criterion)
    {
        if (path is not { Count: > 0 } || path[^1].Filter is not null) return null;
        PathFilter? filter = criterion switch
        {
            TypeTest { Cast: false, Source: Call { Name: "resolve", Source: null }, Type: { Namespace: null } type } =>
                new ResolvesTo(type.Name),
            Binary { Operator: "=", Left: Member { Source: null } member,
                Right: Literal { Value: { TypeName: "System.String", Text: { } text } } } => new PropertyIs(member.Name, text),
            _ => null,
        };
        return filter is null ? null : [.. path[..^1], path[^1] with { Filter = filter }];
    }
}

using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.FhirPath.Parsing;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>What can be said of an expression from outside before it meets a resource.</summary>
internal static class AddedExpression
{
    // Their answer depends on the clock, or on a pattern whose cost is not bounded.
    private static readonly string[] Closed = ["now", "today", "timeOfDay", "matches", "matchesFull", "replaceMatches", "trace"];

    private static readonly string[] Variables = ["resource", "context", "rootResource", "ucum", "sct", "loinc"];

    // Those whose answer is of their input's type.
    private static readonly string[] Choosing = ["where", "first", "last", "tail", "skip", "take", "single", "distinct"];

    /// <summary>
    /// The branches of a union that are about this type: an expression with several bases joins one for each. Null: there are none.
    /// </summary>
    public static Node? PartOf(Node node, TypeDefinition type)
    {
        if (node is not Binary { Operator: "|" } union) return IsOf(node, type) ? node : null;
        var (left, right) = (PartOf(union.Left, type), PartOf(union.Right, type));
        return left is null || right is null ? left ?? right : union with { Left = left, Right = right };
    }

    /// <summary>Why the expression is not taken; null where it is.</summary>
    public static string? Problem(Node tree, TypeDefinition type, SearchParameterKind kind)
    {
        foreach (var node in tree.All())
        {
            if (node is Call { Name: var name } && Closed.Contains(name, StringComparer.Ordinal))
                return $"The expression may not call {name}()";
            if (node is Variable { Name: var variable } && !Variables.Contains(variable, StringComparer.Ordinal)
                && !variable.StartsWith("vs-", StringComparison.Ordinal) && !variable.StartsWith("ext-", StringComparison.Ordinal))
                return "The expression names a variable that there is none of";
        }

        string? unknown = null;
        var found = TypesOf(tree, type, ref unknown);
        if (unknown is not null) return $"The expression names an element that there is none of: {unknown}";
        return found is null || found.Any(each => IsIndexed(each, kind))
            ? null : $"The expression finds nothing that a parameter of type {kind.ToString().ToLowerInvariant()} is made of";
    }

    private static bool IsOf(Node node, TypeDefinition type) =>
        RootOf(node) is not { } root || type.Is(root) || R4Definitions.Type(root) is not { Kind: TypeKind.Resource };

    private static string? RootOf(Node? node) => node switch
    {
        Member { Source: null } member => member.Name,
        Member { Source: { } source } => RootOf(source),
        Call { Source: { } source } => RootOf(source),
        TypeTest { Source: { } source } => RootOf(source),
        Indexer { Source: var source } => RootOf(source),
        Binary { Left: var left } => RootOf(left),
        _ => null,
    };

    /// <summary>The types that a path leads to; null where only a resource tells.</summary>
    private static List<TypeDefinition>? TypesOf(Node node, TypeDefinition root, ref string? unknown)
    {
        switch (node)
        {
            case Member { Source: null } member:
                return root.Is(member.Name) ? [root] : Elements([root], member.Name, ref unknown);
            case Member { Source: { } source } member:
                return TypesOf(source, root, ref unknown) is { } parents ? Elements(parents, member.Name, ref unknown) : null;
            case TypeTest { Cast: true, Source: { } source } cast:
                return Restrict(TypesOf(source, root, ref unknown), cast.Type.Name);
            case Call { Name: "ofType", Source: { } source, Arguments: [Member { Source: null } named] }:
                return Restrict(TypesOf(source, root, ref unknown), named.Name);
            case Call { Source: { } source, Name: var name } when Choosing.Contains(name, StringComparer.Ordinal):
                return TypesOf(source, root, ref unknown);
            case Indexer { Source: var source }:
                return TypesOf(source, root, ref unknown);
            case Binary { Operator: "|" } union:
                var (left, right) = (TypesOf(union.Left, root, ref unknown), TypesOf(union.Right, root, ref unknown));
                return left is null || right is null ? null : [.. left, .. right];
            default:
                return null;
        }
    }

    private static List<TypeDefinition>? Elements(List<TypeDefinition> parents, string name, ref string? unknown)
    {
        if (parents.Exists(parent => parent.IsAbstract)) return null;
        var elements = parents.Select(parent => parent.Element(name)).OfType<ElementDefinition>().ToList();
        if (elements.Count == 0) unknown ??= Shown(name);
        return [.. elements.SelectMany(element => element.Fields).Select(field => field.Type.Definition)];
    }

    private static List<TypeDefinition>? Restrict(List<TypeDefinition>? types, string name) =>
        types is null || types.Exists(type => type.IsAbstract) ? null : types.FindAll(type => type.Is(name) || IsSpelled(type, name));

    // FHIRPath has names of its own for some primitives: String.
    private static bool IsSpelled(TypeDefinition type, string name) =>
        type.Kind == TypeKind.Primitive && string.Equals(type.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsIndexed(TypeDefinition type, SearchParameterKind kind) => type.IsAbstract || kind switch
    {
        SearchParameterKind.Token => type.Kind is TypeKind.Primitive
            || type.Name is "CodeableConcept" or "Coding" or "Identifier" or "ContactPoint",
        SearchParameterKind.Reference => type.Name is "Reference" || IsUri(type),
        SearchParameterKind.String => type.Name is "HumanName" or "Address" || IsText(type),
        SearchParameterKind.Date => type.Name is "date" or "dateTime" or "instant" or "Period" or "Timing",
        SearchParameterKind.Number => type.Name is "Range" || IsNumber(type) || type.Is("Quantity"),
        SearchParameterKind.Quantity => type.Name is "Range" or "Money" || type.Is("Quantity"),
        SearchParameterKind.Uri => IsUri(type),
        _ => false,
    };

    private static bool IsUri(TypeDefinition type) => type.Kind is TypeKind.Primitive && type.Is("uri");

    private static bool IsNumber(TypeDefinition type) => type.Kind is TypeKind.Primitive && (type.Name is "decimal" || type.Is("integer"));

    private static bool IsText(TypeDefinition type) =>
        type.Kind is TypeKind.Primitive && !IsNumber(type) && type.Name is not ("boolean" or "xhtml");

    private static string Shown(string name) => new([.. name.Where(char.IsAsciiLetterOrDigit).Take(64)]);
}

namespace Vagus.Fhir.R4.FhirPath.Parsing;

/// <summary>One operation of an expression. <see cref="Depth"/> bounds the recursion of everything that walks the tree.</summary>
internal abstract record Node(int Depth);

/// <summary>A constant, shared by all evaluations.</summary>
internal sealed record Literal(FhirPathValue? Value) : Node(1);

/// <summary>An element by name. Without a source it is sought in the focus, and may be the focus's own type.</summary>
internal sealed record Member(Node? Source, string Name) : Node((Source?.Depth ?? 0) + 1);

/// <summary>A function with its arguments, which the function itself decides when and how often to evaluate.</summary>
internal sealed record Call(Node? Source, string Name, IReadOnlyList<Node> Arguments)
    : Node(Math.Max(Source?.Depth ?? 0, Arguments.Count == 0 ? 0 : Arguments.Max(node => node.Depth)) + 1)
{
    /// <summary>Found once, when the expression is compiled.</summary>
    public required Functions.Function Function { get; init; }
}

internal sealed record Indexer(Node Source, Node Index) : Node(Math.Max(Source.Depth, Index.Depth) + 1);

internal sealed record Sign(bool Negative, Node Operand) : Node(Operand.Depth + 1);

internal sealed record Binary(string Operator, Node Left, Node Right) : Node(Math.Max(Left.Depth, Right.Depth) + 1);

/// <summary><c>x is T</c> and <c>x as T</c>, in both of their spellings.</summary>
internal sealed record TypeTest(bool Cast, Node? Source, TypeName Type) : Node((Source?.Depth ?? 0) + 1);

internal sealed record Variable(string Name) : Node(1);

/// <summary><c>$this</c>, <c>$index</c> or <c>$total</c>.</summary>
internal sealed record Special(string Name) : Node(1);

/// <summary>A type as an expression names it; the namespace is optional.</summary>
internal sealed record TypeName(string? Namespace, string Name);

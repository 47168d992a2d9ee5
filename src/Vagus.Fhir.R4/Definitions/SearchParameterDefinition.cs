namespace Vagus.Fhir.R4.Definitions;

public enum SearchParameterKind
{
    Composite,
    Date,
    Number,
    Quantity,
    Reference,
    Special,
    String,
    Token,
    Uri,
}

/// <summary>A search parameter on one base type.</summary>
public sealed class SearchParameterDefinition
{
    /// <summary>Stable for ever: index rows in databases hold it.</summary>
    public required int Id { get; init; }

    /// <summary>The type it is defined on; <c>Resource</c> and <c>DomainResource</c> for those of every resource.</summary>
    public required string Base { get; init; }

    public required string Code { get; init; }

    public required SearchParameterKind Kind { get; init; }

    /// <summary>The canonical of its definition.</summary>
    public required string Url { get; init; }

    /// <summary>The resource types a reference parameter may point at; empty for other kinds.</summary>
    public required string[] Targets { get; init; }

    /// <summary>
    /// FHIRPath from the base type; empty for the three that are evaluated otherwise (<c>_content</c>, <c>_text</c>, <c>_query</c>).
    /// </summary>
    public required string Expression { get; init; }

    /// <summary>For a composite: the parameters it joins, each with its FHIRPath from what <see cref="Expression"/> selects.</summary>
    public required SearchParameterComponent[] Components { get; init; }

    /// <summary>Of an added parameter: it finds codes, booleans and texts only, so that no token has a system.</summary>
    public bool FindsPrimitivesOnly { get; init; }

    /// <summary>Of an added parameter: there are identifiers among its values.</summary>
    public bool FindsIdentifiers { get; init; }

    public override string ToString() => $"{Base}.{Code}";
}

public sealed record SearchParameterComponent(string Code, string Expression);

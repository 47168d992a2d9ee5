namespace Vagus.Fhir.Search.Request;

/// <summary>Which elements of the resources are answered (R4 §3.1.1.5.8, §3.1.1.5.9).</summary>
internal enum SubsetKind
{
    Whole,

    /// <summary><c>_summary=true</c>: what the definitions mark.</summary>
    Summary,

    /// <summary><c>_summary=text</c>: the narrative, and what must be there.</summary>
    Text,

    /// <summary><c>_summary=data</c>: all but the narrative.</summary>
    Data,

    /// <summary><c>_elements</c>: those that are named, and what must be there.</summary>
    Elements,
}

/// <param name="Kind">The rule.</param>
/// <param name="Names">The elements of <c>_elements</c>; a name may begin with a type and a dot.</param>
internal sealed record Subset(SubsetKind Kind, IReadOnlyList<string> Names)
{
    public const int MostNames = 64;

    public static readonly Subset Whole = new(SubsetKind.Whole, []);
}

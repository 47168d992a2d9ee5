namespace Vagus.Fhir.R4.Definitions;

/// <summary>The search parameters that a search may name: R4's, and those that were added to them. Immutable.</summary>
public sealed class SearchParameterSet(IEnumerable<SearchParameterDefinition> added)
{
    /// <summary>The first number of an added parameter; R4's have lower ones.</summary>
    public const int FirstAdded = 1_000_000;

    private static readonly Dictionary<string, SearchParameterDefinition> None = [];

    private readonly Dictionary<string, Dictionary<string, SearchParameterDefinition>> byType = added
        .GroupBy(parameter => parameter.Base, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key, group => group.ToDictionary(parameter => parameter.Code, StringComparer.Ordinal), StringComparer.Ordinal);

    public static SearchParameterSet R4 { get; } = new([]);

    public bool HasAdded => byType.Count > 0;

    public static bool IsAdded(long parameter) => parameter >= FirstAdded;

    /// <summary>Null: no search of the type may name it.</summary>
    public SearchParameterDefinition? Find(string type, string code) =>
        R4Definitions.SearchParameter(type, code) ?? AddedTo(type).GetValueOrDefault(code);

    /// <summary>Those that were added, by their codes.</summary>
    public IReadOnlyDictionary<string, SearchParameterDefinition> AddedTo(string type) => byType.GetValueOrDefault(type, None);
}

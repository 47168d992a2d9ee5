using System.Collections.Frozen;

namespace Vagus.Fhir.Definitions;

/// <summary>What one pass over the table gives.</summary>
internal sealed record DefinitionTables(
    FrozenDictionary<string, TypeDefinition> Types,
    IReadOnlyList<SearchParameterDefinition> SearchParameters,
    FrozenDictionary<(string Compartment, string Type), string[]> Compartments)
{
    private ILookup<string, SearchParameterDefinition>? byBase;

    /// <summary>The parameters of the type and of its bases, by code.</summary>
    public FrozenDictionary<string, SearchParameterDefinition> SearchParametersOf(TypeDefinition type)
    {
        byBase ??= SearchParameters.ToLookup(parameter => parameter.Base, StringComparer.Ordinal);
        var found = new Dictionary<string, SearchParameterDefinition>(StringComparer.Ordinal);
        for (var level = type; level is not null; level = level.Base)
        {
            foreach (var parameter in byBase[level.Name])
            {
                found.TryAdd(parameter.Code, parameter);
            }
        }

        return found.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

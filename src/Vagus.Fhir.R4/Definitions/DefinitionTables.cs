namespace Vagus.Fhir.R4.Definitions;

/// <summary>
/// What one pass over the table gives; nothing changes it after. Plain dictionaries: frozen ones cost more at start than they save here.
/// </summary>
internal sealed record DefinitionTables(
    Dictionary<string, TypeDefinition> Types,
    List<SearchParameterDefinition> SearchParameters,
    Dictionary<string, Dictionary<string, string[]>> Compartments)
{
    private ILookup<string, SearchParameterDefinition>? byBase;

    /// <summary>The parameters of the type and of its bases, by code.</summary>
    public Dictionary<string, SearchParameterDefinition> SearchParametersOf(TypeDefinition type)
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

        return found;
    }
}

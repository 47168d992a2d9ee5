using System.Collections.Concurrent;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>The programs of one resource type, compiled at first use and kept for ever: there are as many as R4 has types.</summary>
internal static class SearchProgram
{
    private static readonly ConcurrentDictionary<string, ParameterProgram[]> Programs = new(StringComparer.Ordinal);

    // Whose the resource is and who takes part in it is never among what is not indexed.
    private static readonly string[] Parties = ["owner", "requester"];

    // A code system of more codes than a resource has values is found by its names all the same.
    private static readonly string[] Naming = ["url", "version", "status", "name", "title", "identifier"];

    /// <summary>Empty for what is no resource type.</summary>
    public static ParameterProgram[] Of(string type) =>
        Programs.TryGetValue(type, out var known) ? known : R4Definitions.IsResourceType(type) ? Programs.GetOrAdd(type, Compile) : [];

    private static ParameterProgram[] Compile(string typeName)
    {
        var type = R4Definitions.Type(typeName) ?? throw new InvalidOperationException($"No definition of {typeName}");
        return [.. R4Definitions.SearchParameters(typeName).Values
            .OrderBy(parameter => Rank(typeName, parameter)).ThenBy(parameter => parameter.Id)
            .Select(parameter => ParameterProgram.Of(parameter, type))
            .OfType<ParameterProgram>()];
    }

    private static int Rank(string type, SearchParameterDefinition parameter)
    {
        if (parameter.Kind is SearchParameterKind.Reference && R4Definitions.PatientCompartment(type).Contains(parameter.Code)) return 0;
        if (Parties.Contains(parameter.Code)) return 1;
        return Array.IndexOf(Naming, parameter.Code) is >= 0 and var place ? 2 + place : 2 + Naming.Length;
    }
}

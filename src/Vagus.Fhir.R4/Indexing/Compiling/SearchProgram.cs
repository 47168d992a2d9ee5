using System.Collections.Concurrent;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>The programs of one resource type, compiled at first use and kept for ever: there are as many as R4 has types.</summary>
internal static class SearchProgram
{
    private static readonly ConcurrentDictionary<string, ParameterProgram[]> Programs = new(StringComparer.Ordinal);

    // Read first: a code system of more codes than a resource has values is found by its names all the same.
    private static readonly string[] Naming = ["url", "version", "identifier", "status", "name", "title"];

    /// <summary>Empty for what is no resource type.</summary>
    public static ParameterProgram[] Of(string type) =>
        Programs.TryGetValue(type, out var known) ? known : R4Definitions.IsResourceType(type) ? Programs.GetOrAdd(type, Compile) : [];

    private static ParameterProgram[] Compile(string typeName)
    {
        var type = R4Definitions.Type(typeName) ?? throw new InvalidOperationException($"No definition of {typeName}");
        return [.. R4Definitions.SearchParameters(typeName).Values
            .OrderBy(parameter => Array.IndexOf(Naming, parameter.Code) < 0).ThenBy(parameter => parameter.Id)
            .Select(parameter => ParameterProgram.Of(parameter, type))
            .OfType<ParameterProgram>()];
    }
}

using System.Collections.Concurrent;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>The programs of one resource type, compiled at first use and kept for ever: there are as many as R4 has types.</summary>
internal static class SearchProgram
{
    private static readonly ConcurrentDictionary<string, ParameterProgram[]> Programs = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, ParameterProgram[]> Stored = new(StringComparer.Ordinal);

    /// <summary>Empty for what is no resource type.</summary>
    public static ParameterProgram[] Of(string type) =>
        Programs.TryGetValue(type, out var known) ? known : R4Definitions.IsResourceType(type) ? Programs.GetOrAdd(type, Compile) : [];

    /// <summary>The programs whose values the store keeps; numbers, quantities and URIs have no rows.</summary>
    public static ParameterProgram[] StoredOf(string type) =>
        Stored.GetOrAdd(type, static name => [.. Of(name).Where(program => IsStored(program.Parameter))]);

    private static bool IsStored(SearchParameterDefinition parameter) => parameter.Kind
        is SearchParameterKind.Token or SearchParameterKind.Reference or SearchParameterKind.String or SearchParameterKind.Date;

    private static ParameterProgram[] Compile(string typeName)
    {
        var type = R4Definitions.Type(typeName) ?? throw new InvalidOperationException($"No definition of {typeName}");
        return [.. R4Definitions.SearchParameters(typeName).Values
            .OrderBy(parameter => parameter.Id)
            .Select(parameter => ParameterProgram.Of(parameter, type))
            .OfType<ParameterProgram>()];
    }
}

using System.Collections.Frozen;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>All functions by name. <c>is()</c> and <c>as()</c> are operators in disguise and live in the parser.</summary>
internal static class FunctionTable
{
    private static readonly FrozenDictionary<string, Function> Functions = new[]
    {
        Existence.All, Filtering.All, Subsetting.All, Combining.All, Conversion.All, Texts.All, Patterns.All, Mathematics.All,
        Trees.All, Boundaries.All, FhirFunctions.All,
    }.SelectMany(table => table).ToFrozenDictionary(row => row.Name, row => row.Function, StringComparer.Ordinal);

    public static Function? Find(string name) => Functions.GetValueOrDefault(name);
}
